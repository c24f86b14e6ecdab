import { Client } from 'pg';
import { connectTimeoutMs } from './database.ts';

export interface SteadyConnectionOptions {
  readonly url: string;
  /** As the server's own list of connections shows it. */
  readonly name: string;
  /** Prepares each connection that was made; one for which this throws is lost. `isAgain`: there was one before, or an attempt. */
  prepare(client: Client, isAgain: boolean): Promise<void>;
  /** Hears what is sent to the channels that `prepare` listens on. */
  onNotification?(payload: string | undefined): void;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** How often the connection is asked whether it still is one; milliseconds. */
const checkMs = 15_000;
/** The server, too, notices within half a minute when this side is gone: what is locked must not stay so for hours. */
const keepAlives =
  'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';

/**
 * One connection outside of the pool, for what lives as long as the connection: notices, locks. It is made again whenever
 * it is lost, with growing pauses; also the first, so that a start does not depend on the database.
 */
export class SteadyConnection implements AsyncDisposable {
  readonly #options: SteadyConnectionOptions;
  #client: Client | undefined;
  #ready: Client | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = firstPauseMs;
  #isClosed = false;
  #hasFailed = false;

  constructor(options: SteadyConnectionOptions) {
    this.#options = options;
  }

  /**
   * The rows of a statement, after those of the statements before it. Undefined without a connection, and when it is lost
   * over the statement: nothing says then whether it was done, but whatever lives in the connection is gone.
   */
  query<Row extends object>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[] | undefined> {
    const rows = this.#turn.then(() => this.#ask<Row>(text, values));
    this.#turn = rows;
    return rows;
  }

  /** Returns after the first attempt, however it went. */
  async connect(): Promise<void> {
    const client = this.#createClient();
    this.#client = client;
    try {
      await client.connect();
      await client.query(keepAlives);
      await this.#options.prepare(client, this.#hasFailed);
      this.#keep(client);
    } catch {
      this.#lose(client);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    this.#ready = undefined;
    await client?.end().catch(() => undefined);
  }

  #createClient(): Client {
    const client = new Client({
      connectionString: this.#options.url,
      application_name: this.#options.name,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      keepAlive: true,
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', (message) => this.#options.onNotification?.(message.payload));
    return client;
  }

  #keep(client: Client): void {
    if (this.#client !== client) return;
    this.#ready = client;
    this.#pauseMs = firstPauseMs;
    this.#timer = setTimeout(() => void this.#check(client), checkMs).unref();
  }

  /** Called once or more for a connection that ended, however it did. */
  #lose(client: Client): void {
    if (this.#client !== client || this.#isClosed) return;
    this.#client = undefined;
    this.#ready = undefined;
    this.#hasFailed = true;
    client.end().catch(() => undefined);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.connect(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  async #ask<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[] | undefined> {
    const client = this.#ready;
    if (client === undefined) return undefined;
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } catch {
      this.#lose(client);
      return undefined;
    }
  }

  /** A connection can be gone without either side being told, and one that only listens never finds out by itself. */
  async #check(client: Client): Promise<void> {
    await this.query('select 1');
    this.#keep(client);
  }
}
