/**
 * A model server for tests and measurements: speaks the wire formats of OpenAI's chat completions, Anthropic's messages and
 * Ollama's chat on loopback, misbehaves on request, and keeps a log of what it was asked, which a process that was killed
 * can still be judged by.
 */
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendAnswer, type FakeAnswer } from './fake-openai-answer.ts';
import { wireOf } from './fake-wires.ts';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** In the shape of its protocol. */
  readonly tools?: readonly unknown[];
  readonly stream?: boolean;
}
export interface FakeRequest {
  /** Counts from 1. */
  readonly number: number;
  /** When its last byte had arrived; milliseconds since the epoch. */
  readonly at: number;
  readonly authorization: string | undefined;
  readonly body: ChatRequest;
}
/** How a request's connection ended: `finished` by the server, `closed` by the caller. */
interface FakeEnd {
  readonly number: number;
  readonly at: number;
  readonly end: 'finished' | 'closed';
}

export interface FakeOpenAiOptions {
  /** 0: a free one. */
  readonly port?: number;
  /** Before the first byte; milliseconds. */
  readonly latencyMs?: number;
  /** Words of an ordinary answer, and the pause between two of them in milliseconds. */
  readonly words?: number;
  readonly wordDelayMs?: number;
  /** Each request and each end as a line of JSON, written before anything is answered. */
  readonly logFile?: string;
  readonly models?: readonly string[];
  /** What it says that the request of an ordinary answer took, in tokens; always the same when absent. */
  readonly countInput?: (body: ChatRequest) => number;
  /** What a request gets; undefined: an ordinary answer. */
  readonly answer?: (request: FakeRequest) => FakeAnswer | undefined;
}
export interface FakeOpenAi extends AsyncDisposable {
  /** Ends in `/v1`: what clients of OpenAI want. */
  readonly baseUrl: string;
  /** Without a path: what clients of Anthropic and Ollama want. */
  readonly origin: string;
  readonly port: number;
  readonly requests: readonly FakeRequest[];
  readonly ends: readonly FakeEnd[];
}

/** Starts the server on loopback. Closing it drops what is still being answered. */
export async function openFakeOpenAi(options: FakeOpenAiOptions = {}): Promise<FakeOpenAi> {
  const requests: FakeRequest[] = [];
  const ends: FakeEnd[] = [];
  const record = (line: FakeRequest | FakeEnd): void => {
    if ('body' in line) requests.push(line);
    else ends.push(line);
    if (options.logFile !== undefined) appendFileSync(options.logFile, `${JSON.stringify(line)}\n`);
  };
  let count = 0;
  const server = createServer((incoming, response) => {
    void respond(incoming, response, { options, record, number: () => (count += 1) });
  });
  const port = await listen(server, options.port ?? 0);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    origin: `http://127.0.0.1:${port}`,
    port,
    requests,
    ends,
    [Symbol.asyncDispose]: () => close(server),
  };
}

interface Desk {
  readonly options: FakeOpenAiOptions;
  readonly record: (line: FakeRequest | FakeEnd) => void;
  readonly number: () => number;
}

async function respond(incoming: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const text = await readBody(incoming).catch(() => undefined);
  if (text === undefined) return;
  const path = incoming.url ?? '';
  if (/\/(models|tags)$/.test(path)) return sendModels(response, desk.options.models);
  const body = parseChat(text);
  const wire = wireOf(path);
  if (wire === undefined || body === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":{"message":"not found"}}');
    return;
  }
  const number = desk.number();
  const request = { number, at: Date.now(), authorization: keyIn(incoming), body };
  desk.record(request);
  response.once('close', () => {
    desk.record({ number, at: Date.now(), end: response.writableFinished ? 'finished' : 'closed' });
  });
  const answer = desk.options.answer?.(request) ?? ordinaryAnswer(desk.options, body);
  await sendAnswer({ response, wire, model: body.model }, answer);
}

/** Anthropic's clients send the key in a header of their own. */
const keyIn = ({ headers }: IncomingMessage): string | undefined =>
  headers.authorization ?? headers['x-api-key']?.toString();

/** Names the message that it answers, so that a log or a transcript shows what belongs together. */
function ordinaryAnswer(options: FakeOpenAiOptions, body: ChatRequest): FakeAnswer {
  // What has no words, such as a tool's result in a user's message, is no question.
  const asked = body.messages.map(questionOf).findLast((text) => text !== '') ?? '';
  const words = ['Answer', 'to:', ...asked.slice(0, 80).split(/\s+/)];
  while (words.length < (options.words ?? 0)) words.push(`word${words.length}`);
  return {
    kind: 'text',
    text: words.join(' '),
    latencyMs: options.latencyMs ?? 0,
    wordDelayMs: options.wordDelayMs ?? 0,
    ...(options.countInput === undefined ? {} : { inputTokens: options.countInput(body) }),
  };
}

/** A protocol may send a person's words as blocks. */
function questionOf({ role, content }: { readonly role: string; readonly content: unknown }): string {
  if (role !== 'user') return '';
  if (typeof content === 'string') return content;
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [];
  return blocks.map((block) => String(Reflect.get(Object(block), 'text') ?? '')).join('');
}

function sendModels(response: ServerResponse, models: readonly string[] = ['fake-model']): void {
  const items = models.map((id) => ({ id, name: id, object: 'model' }));
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify({ object: 'list', data: items, models: items }));
}

function parseChat(text: string): ChatRequest | undefined {
  try {
    // Only our own clients talk to this server.
    const body = JSON.parse(text) as ChatRequest & { readonly system?: string };
    // Anthropic's instructions stand beside the messages.
    if (body.system === undefined) return body;
    return { ...body, messages: [{ role: 'system', content: body.system }, ...body.messages] };
  } catch {
    return undefined;
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  // A TCP server has an address of this shape.
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
