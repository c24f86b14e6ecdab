import { Client } from 'pg';
import { sql, type RawBuilder } from 'kysely';
import type { Database } from './database.ts';
import { connectTimeoutMs } from './database.ts';

/** A wake-up, never the data: whoever hears it reads what is stored. `ended`: changed, and a turn has its outcome. */
export interface Notice {
  readonly kind: 'changed' | 'ended' | 'live' | 'deleted';
  readonly session: string;
}

export interface NoticeListener {
  onNotice(notice: Notice): void;
  /** After a lost connection came back: anything may have been missed. */
  onReconnected(): void;
}

const channel = 'atrium';
const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** How often the connection is asked whether it still is one; milliseconds. */
const checkMs = 15_000;

/** The SQL that sends a notice when its transaction commits; `session` is an SQL expression. */
export const sendNotice = (kind: Notice['kind'], session: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`pg_notify(${sql.lit(channel)}, json_build_object('kind', ${kind}::text, 'session', ${session})::text)`;

/**
 * Hears the notices of every process on one connection of its own, until disposed of. A connection that is lost is made
 * again, with growing pauses; also the first, so that a start does not depend on the database.
 */
export async function listenForNotices(
  database: Database,
  listener: NoticeListener,
): Promise<AsyncDisposable> {
  const ear = new Ear(database.url, listener);
  await ear.connect();
  return ear;
}

class Ear implements AsyncDisposable {
  readonly #url: string;
  readonly #listener: NoticeListener;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = firstPauseMs;
  #isClosed = false;
  #hasFailed = false;

  constructor(url: string, listener: NoticeListener) {
    this.#url = url;
    this.#listener = listener;
  }

  async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.#url,
      application_name: 'atrium-notices',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      keepAlive: true,
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', (message) => this.#hear(message.payload));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      this.#greet(client);
    } catch {
      this.#lose(client);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  #greet(client: Client): void {
    if (this.#client !== client) return;
    this.#pauseMs = firstPauseMs;
    this.#timer = setTimeout(() => void this.#check(client), checkMs).unref();
    if (!this.#hasFailed) return;
    this.#hasFailed = false;
    this.#listener.onReconnected();
  }

  /** A connection can be gone without either side being told, and a listener never finds out by itself. */
  async #check(client: Client): Promise<void> {
    try {
      await client.query('select 1');
      this.#greet(client);
    } catch {
      this.#lose(client);
    }
  }

  /** Called once or more for a connection that ended, however it did. */
  #lose(client: Client): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    this.#hasFailed = true;
    client.end().catch(() => undefined);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.connect(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  #hear(payload: string | undefined): void {
    const notice = parseNotice(payload);
    if (notice !== undefined) this.#listener.onNotice(notice);
  }
}

/** Anybody who may use the database may use the channel: what is not one of ours is passed over. */
function parseNotice(payload: string | undefined): Notice | undefined {
  try {
    const value: unknown = JSON.parse(payload ?? '');
    if (typeof value !== 'object' || value === null || !('kind' in value) || !('session' in value))
      return undefined;
    const { kind, session } = value;
    if (kind !== 'changed' && kind !== 'ended' && kind !== 'live' && kind !== 'deleted') return undefined;
    return typeof session === 'string' ? { kind, session } : undefined;
  } catch {
    return undefined;
  }
}
