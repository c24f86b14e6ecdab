/** The HTTP application on a real socket, over a database of the test's; sessions are rows that the test writes. */
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { AppOptions } from '../../api/app-options.ts';
import { createApp } from '../../api/create-app.ts';
import { readServerSentEvents } from '../../cli/client/server-sent-events.ts';
import type { Config } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';
import type { Engine } from '../../engine/engine.ts';
import { openLiveFeed } from '../../engine/following/live-feed.ts';
import { PostsUnderWay } from '../../engine/messages/posts-under-way.ts';
import { openDatabase } from '../../store/database.ts';
import { sharedServers } from './servers.ts';
import { until } from './until.ts';

export const ownerToken = 'test-token-of-the-owner';

export interface ListeningApp extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly engine: Engine;
  readonly url: string;
  /** What was logged, a line an entry. */
  readonly log: readonly string[];
  /** A call with the owner's token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  follow(path: string, init?: RequestInit): Promise<Stream>;
}

export interface AppChanges {
  readonly server?: Partial<Config['server']>;
  readonly health?: AppOptions['health'];
}

/** Two of these on one database are as two processes: each has connections of its own. */
export async function openListeningApp(databaseUrl: string, changes: AppChanges = {}): Promise<ListeningApp> {
  const database = openDatabase(databaseUrl);
  const connection = Connection.lazy({ address: sharedServers().temporalAddress });
  const live = await openLiveFeed(database);
  const engine = createEngine({ temporal: new Client({ connection }), database, live });
  const log: string[] = [];
  const app = await createApp({
    engine,
    token: new Secret(ownerToken),
    server: { host: '127.0.0.1', port: 0, allowRemote: false, publicUrl: null, ...changes.server },
    health: changes.health ?? (() => Promise.resolve({ ready: true, parts: { database: { state: 'ok' } } })),
    version: '1.2.3',
    log: { write: (line) => void log.push(line) },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ownerToken}`, ...(init.headers as Record<string, string>) },
    });
  return {
    app,
    engine,
    url,
    log,
    fetch: ask,
    follow: async (path, init) => new Stream(await ask(path, init)),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await live[Symbol.asyncDispose]();
      await connection.close();
      await database.close();
    },
  };
}

const createEngine = (parts: Pick<Engine, 'temporal' | 'database' | 'live'>): Engine => ({
  ...parts,
  usualTools: 'all',
  namespace: 'default',
  session: {
    mainKey: 'home',
    resetPrompt: null,
    isolation: { enabled: true, defaultScope: 'per-channel' },
    idleArchiveAfterMs: null,
    archivedInbound: 'restore',
    maxWaiting: 100,
  },
  language: 'en',
  models: { default: 'offline', providers: [], check: () => Promise.resolve([]) },
  replayer: {
    replay: () => {
      throw new Error('Nothing is replayed here.');
    },
    stateAt: () => Promise.reject(new Error('Nothing is replayed here.')),
    timeline: () => Promise.reject(new Error('Nothing is replayed here.')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  },
  posts: new PostsUnderWay(),
  now: () => Date.now(),
});

export interface Received {
  readonly name: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event stream as a client has it. */
export class Stream {
  readonly response: Response;
  readonly events: Received[] = [];
  isOver = false;
  /** The id that came before any event. */
  place: string | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    this.response = response;
    this.#reader = response.body!.getReader();
    void this.#read().finally(() => (this.isOver = true));
  }

  /** The first event that fits, waited for. */
  async find(fits: (event: Received) => boolean, what: string): Promise<Received> {
    return until(() => this.events.find(fits), { what });
  }

  /** Hangs up, in the middle of whatever comes. */
  async cut(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #read(): Promise<void> {
    try {
      for await (const { name, id, data } of readServerSentEvents(
        this.#chunks(),
        () => undefined,
        (place) => (this.place ??= place),
      ))
        this.events.push({ name, id, data: JSON.parse(data) as Received['data'] });
    } catch {
      // The connection was cut.
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return;
      yield value;
    }
  }
}
