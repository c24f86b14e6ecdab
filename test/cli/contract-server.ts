import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../harness/until.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Sent as it is instead of a body: an event stream that ends. */
  readonly events?: string;
}
type Answerer = Answer | ((request: SeenRequest) => Answer);

/** A server that says what a test told it to say, over real sockets. Event streams stay open until the test cuts them. */
export class ContractServer implements AsyncDisposable {
  readonly requests: SeenRequest[] = [];
  readonly #answers = new Map<string, Answerer>();
  readonly #streams = new Set<ServerResponse>();
  readonly #server: Server = createServer((request, response) => void this.#take(request, response));
  streamCount = 0;
  port = 0;

  static async open(): Promise<ContractServer> {
    const server = new ContractServer();
    await server.listen();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** What a call gets from now on, such as `GET /api/sessions`; the query is left out. */
  on(call: string, answer: Answerer): this {
    this.#answers.set(call, answer);
    return this;
  }

  /** Waits for the `count`th event stream to be open. */
  async followed(count = 1): Promise<void> {
    await until(() => this.streamCount >= count && this.#streams.size > 0, { what: `event stream ${count}` });
  }

  /** One event to whoever follows. */
  send(name: string, data: object, id?: string): void {
    const text = `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.#streams) stream.write(text);
  }

  /** Breaks every event stream in the middle. */
  cut(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  /** As if the process were killed: nobody listens any more. */
  async goAway(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  seen(method: string, path: string): readonly SeenRequest[] {
    return this.requests.filter(
      (request) => request.method === method && request.path.split('?')[0] === path,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.goAway();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    const seen = { method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) };
    this.requests.push(seen);
    const call = `${method} ${url.split('?')[0]}`;
    const answerer = this.#answers.get(call);
    if (answerer === undefined && call.endsWith('/events')) return this.#openStream(response);
    const answer = typeof answerer === 'function' ? answerer(seen) : answerer;
    const { status = 200, body, events } = answer ?? problem(404, 'unknown-session', `There is no ${url}.`);
    response.writeHead(status, {
      'content-type': events === undefined ? 'application/json' : 'text/event-stream',
    });
    response.end(events ?? JSON.stringify(body));
  }

  #openStream(response: ServerResponse): void {
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': hello\n\n');
    this.streamCount += 1;
  }
}

export const problem = (status: number, code: string, detail: string): Answer => ({
  status,
  body: { type: `urn:atrium:problem:${code}`, title: code, status, code, detail },
});
