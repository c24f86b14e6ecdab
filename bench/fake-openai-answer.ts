import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAiChunk, write, type FakeToolCall, type FakeWire } from './fake-wires.ts';

/** What a model server can do with a request: answer, or one of the ways in which real ones go wrong. */
export type FakeAnswer =
  | {
      readonly kind: 'text';
      readonly text: string;
      /** Before the first byte; milliseconds. */
      readonly latencyMs?: number;
      readonly wordDelayMs?: number;
      /** After the text. */
      readonly toolCalls?: readonly FakeToolCall[];
      /** `stop`, or `tool_calls` with tools, when absent; null: the stream ends without one. */
      readonly finish?: 'stop' | 'length' | 'content_filter' | null;
      readonly hasUsage?: boolean;
      /** Tokens of the request, 11 when absent. */
      readonly inputTokens?: number;
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

/** Where an answer goes. */
export interface FakeListener {
  readonly response: ServerResponse;
  readonly wire: FakeWire;
  readonly model: string;
}

/** Sends an answer; returns when it is sent, or when the caller has gone. */
export async function sendAnswer(listener: FakeListener, answer: FakeAnswer): Promise<void> {
  const { response } = listener;
  switch (answer.kind) {
    case 'text':
      return sendText(listener, answer);
    case 'hang':
      if (answer.text !== undefined) await sendWords(listener, { text: answer.text });
      return;
    case 'cut':
      await sendWords(listener, { text: answer.text });
      response.destroy();
      return;
    case 'refusal':
      return sendRefusal(listener, answer.text);
    case 'error':
      return sendError(listener, answer);
    case 'raw':
      response.writeHead(answer.status ?? 200, { 'content-type': answer.contentType }).end(answer.body);
      return;
    default:
      return answer satisfies never;
  }
}

async function sendText(listener: FakeListener, answer: FakeAnswer & { kind: 'text' }): Promise<void> {
  await sleep(answer.latencyMs ?? 0);
  await sendWords(listener, answer);
  const { response, wire, model } = listener;
  if (response.destroyed) return;
  const { toolCalls = [], hasUsage = true, inputTokens = 11 } = answer;
  const { finish = toolCalls.length === 0 ? 'stop' : 'tool_calls' } = answer;
  await write(response, wire.calls(model, toolCalls));
  const usage = { inputTokens, outputTokens: answer.text.split(/\s+/).length };
  response.end(wire.finish(model, finish, hasUsage ? usage : undefined));
}

async function sendWords(
  { response, wire, model }: FakeListener,
  { text, wordDelayMs = 0 }: { readonly text: string; readonly wordDelayMs?: number },
): Promise<void> {
  response.writeHead(200, { 'content-type': wire.contentType, 'cache-control': 'no-cache' });
  await write(response, wire.start(model));
  for (const word of text.match(/\s*\S+|\s+$/g) ?? []) {
    if (response.destroyed) return;
    await write(response, wire.word(model, word));
    if (wordDelayMs > 0) await sleep(wordDelayMs);
  }
}

/** OpenAI's models refuse in a field of their own, the others by the reason why they stop. */
async function sendRefusal({ response, wire, model }: FakeListener, text: string): Promise<void> {
  response.writeHead(200, { 'content-type': wire.contentType });
  await write(
    response,
    `data: ${JSON.stringify(openAiChunk(model, { role: 'assistant', refusal: text }, null))}\n\n`,
  );
  response.end(wire.finish(model, 'stop', undefined));
}

function sendError({ response, wire }: FakeListener, answer: FakeAnswer & { kind: 'error' }): void {
  const { status, message, code = null, headers = {} } = answer;
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(wire.error({ message, code })));
}
