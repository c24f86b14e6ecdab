import type { ServerResponse } from 'node:http';

type Finish = 'stop' | 'length' | 'content_filter' | 'tool_calls';

/** A tool that the fake model asks for; arguments as they go over the wire, which may be no JSON. */
export interface FakeToolCall {
  readonly name: string;
  readonly arguments: string;
  /** Made up when absent; empty for a server that gives none. */
  readonly id?: string;
}

/** How one protocol writes the parts of an answer; each part is a string as it goes over the wire. */
export interface FakeWire {
  readonly contentType: string;
  readonly start: (model: string) => string;
  readonly word: (model: string, text: string) => string;
  readonly calls: (model: string, calls: readonly FakeToolCall[]) => string;
  /** The end of a whole answer; null: without a word why, which no real server does. */
  readonly finish: (model: string, finish: Finish | null, usage: FakeUsage | undefined) => string;
  readonly error: (error: { readonly message: string; readonly code: string | null }) => object;
}
export interface FakeUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The protocol that a path belongs to; undefined for none. */
export const wireOf = (path: string): FakeWire | undefined =>
  Object.entries(wires).find(([ending]) => path.endsWith(ending))?.[1];

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export const openAiChunk = (model: string, delta: object, finish: string | null) => ({
  id: 'chatcmpl-fake',
  object: 'chat.completion.chunk',
  created: 0,
  model,
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const openAi: FakeWire = {
  contentType: 'text/event-stream',
  start: (model) => event(openAiChunk(model, { role: 'assistant', content: '' }, null)),
  word: (model, text) => event(openAiChunk(model, { content: text }, null)),
  calls: (model, calls) =>
    calls
      .flatMap((call, index) => openAiCall(call, index))
      .map((part) => event(openAiChunk(model, { tool_calls: [part] }, null)))
      .join(''),
  finish: (model, finish, usage) => {
    const last = finish === null ? '' : event(openAiChunk(model, {}, finish));
    const counted = usage === undefined ? '' : event(openAiUsage(model, usage));
    return `${last}${counted}data: [DONE]\n\n`;
  },
  error: ({ message, code }) => ({ error: { message, type: 'fake', code, param: null } }),
};

/** In pieces, as real servers send it. */
const openAiCall = ({ name, arguments: given, id = `call_${name}` }: FakeToolCall, index: number) => {
  const half = Math.floor(given.length / 2);
  const named = id === '' ? {} : { id };
  return [
    { index, ...named, type: 'function', function: { name, arguments: '' } },
    { index, function: { arguments: given.slice(0, half) } },
    { index, function: { arguments: given.slice(half) } },
  ];
};

const openAiUsage = (model: string, { inputTokens, outputTokens }: FakeUsage) => ({
  ...openAiChunk(model, {}, null),
  choices: [],
  usage: {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  },
});

const named = (type: string, fields: object): string => `event: ${type}\n${event({ type, ...fields })}`;
const stopReasons = {
  stop: 'end_turn',
  length: 'max_tokens',
  content_filter: 'refusal',
  tool_calls: 'tool_use',
} as const;

const anthropic: FakeWire = {
  contentType: 'text/event-stream',
  start: (model) =>
    named('message_start', {
      message: {
        id: 'msg_fake',
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 11, output_tokens: 1 },
      },
    }) +
    named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
    named('ping', {}),
  word: (_model, text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  calls: (_model, calls) =>
    calls
      .map(({ name, arguments: given, id = `toolu_${name}` }, position) => {
        const index = position + 1;
        const half = Math.floor(given.length / 2);
        const part = (partial: string) =>
          named('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: partial } });
        return (
          named('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } }) +
          part(given.slice(0, half)) +
          part(given.slice(half)) +
          named('content_block_stop', { index })
        );
      })
      .join(''),
  finish: (_model, finish, usage) => {
    if (finish === null) return '';
    return (
      named('content_block_stop', { index: 0 }) +
      named('message_delta', {
        delta: { stop_reason: stopReasons[finish], stop_sequence: null },
        usage: { output_tokens: usage?.outputTokens ?? 0 },
      }) +
      named('message_stop', {})
    );
  },
  error: ({ message, code }) => ({ type: 'error', error: { type: code ?? 'api_error', message } }),
};

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const spoken = (model: string, content: string, more: object = {}): string =>
  line({
    model,
    created_at: '2026-01-01T00:00:00Z',
    message: { role: 'assistant', content },
    done: false,
    ...more,
  });

/** Whole, and its arguments as an object: a server that has parsed them. */
const spokenCall = (model: string, name: string, given: string): string =>
  spoken(model, '', {
    message: {
      role: 'assistant',
      content: '',
      tool_calls: [{ function: { name, arguments: JSON.parse(given) as unknown } }],
    },
  });

const ollama: FakeWire = {
  contentType: 'application/x-ndjson',
  start: () => '',
  word: (model, text) => spoken(model, text),
  calls: (model, calls) => calls.map(({ name, arguments: given }) => spokenCall(model, name, given)).join(''),
  finish: (model, finish, usage) =>
    finish === null
      ? ''
      : spoken(model, '', {
          done: true,
          done_reason: finish === 'tool_calls' ? 'stop' : finish,
          ...(usage === undefined
            ? {}
            : { prompt_eval_count: usage.inputTokens, eval_count: usage.outputTokens }),
        }),
  error: ({ message }) => ({ error: message }),
};

const wires: Readonly<Record<string, FakeWire>> = {
  '/chat/completions': openAi,
  '/v1/messages': anthropic,
  '/api/chat': ollama,
};

/** Returns once it is on its way, or the caller has gone. */
export async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || text === '') return;
  await new Promise<void>((done) => void response.write(text, () => done()));
}
