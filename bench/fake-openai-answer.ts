import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatRequest } from './fake-openai.ts';

/** What a model server can do with a request: answer, or one of the ways in which real ones go wrong. */
export type FakeAnswer =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Before the first byte; milliseconds. */
      readonly latencyMs?: number;
      readonly wordDelayMs?: number;
      /** `stop` when absent; null: the stream ends without one. */
      readonly finish?: 'stop' | 'length' | 'content_filter' | null;
      readonly hasUsage?: boolean;
    }
  /** Never answers; with words, falls silent after them. */
  | { readonly kind: 'hang'; readonly text?: string }
  /** Drops the connection after some words. */
  | { readonly kind: 'cut'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  /** An error of the API in its JSON shape. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly message: string;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Anything else: an HTML page, broken JSON, an empty body. */
  | { readonly kind: 'raw'; readonly body: string; readonly contentType: string; readonly status?: number };

/** Sends an answer; returns when it is sent, or when the caller has gone. */
export async function sendAnswer(
  response: ServerResponse,
  { model }: ChatRequest,
  answer: FakeAnswer,
): Promise<void> {
  switch (answer.kind) {
    case 'text':
      return sendText(response, model, answer);
    case 'hang':
      if (answer.text !== undefined) await sendWords(response, model, { text: answer.text });
      return;
    case 'cut':
      await sendWords(response, model, { text: answer.text });
      response.destroy();
      return;
    case 'refusal':
      startStream(response);
      await write(response, chunk(model, { role: 'assistant', refusal: answer.text }, null));
      await write(response, chunk(model, {}, 'stop'));
      return end(response);
    case 'error':
      return sendError(response, answer);
    case 'raw':
      response.writeHead(answer.status ?? 200, { 'content-type': answer.contentType }).end(answer.body);
      return;
    default:
      return answer satisfies never;
  }
}

async function sendText(
  response: ServerResponse,
  model: string,
  answer: FakeAnswer & { kind: 'text' },
): Promise<void> {
  await sleep(answer.latencyMs ?? 0);
  await sendWords(response, model, answer);
  if (response.destroyed) return;
  const { finish = 'stop', hasUsage = true } = answer;
  if (finish !== null) await write(response, chunk(model, {}, finish));
  if (hasUsage) await write(response, usageChunk(model, answer.text));
  end(response);
}

async function sendWords(
  response: ServerResponse,
  model: string,
  { text, wordDelayMs = 0 }: { readonly text: string; readonly wordDelayMs?: number },
): Promise<void> {
  startStream(response);
  await write(response, chunk(model, { role: 'assistant', content: '' }, null));
  for (const word of text.match(/\s*\S+|\s+$/g) ?? []) {
    if (response.destroyed) return;
    await write(response, chunk(model, { content: word }, null));
    if (wordDelayMs > 0) await sleep(wordDelayMs);
  }
}

function sendError(response: ServerResponse, answer: FakeAnswer & { kind: 'error' }): void {
  const { status, message, code = null, headers = {} } = answer;
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { message, type: 'fake', code, param: null } }));
}

const startStream = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
};

/** Returns once it is on its way, or the caller has gone. */
async function write(response: ServerResponse, value: unknown): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((done) => void response.write(`data: ${JSON.stringify(value)}\n\n`, () => done()));
}

const end = (response: ServerResponse): void => void response.end('data: [DONE]\n\n');

const chunk = (model: string, delta: object, finish: string | null) => ({
  id: 'chatcmpl-fake',
  object: 'chat.completion.chunk',
  created: 0,
  model,
  choices: [{ index: 0, delta, finish_reason: finish }],
});

function usageChunk(model: string, text: string) {
  const completion = text.split(/\s+/).length;
  return {
    ...chunk(model, {}, null),
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: completion, total_tokens: 11 + completion },
  };
}
