import type { Client } from 'pg';
import type { QueueLimits } from '../domain/queue-limits.ts';
import type { Database } from './database.ts';
import { currentLimits, limitsChannel, limitsSetting } from './queue-limits.ts';
import { SteadyConnection } from './steady-connection.ts';

const limitsText = 'select value from vault.setting where name = $1';

/** What the owner of slots is told by the database. */
export interface SlotLocksListener {
  /** Once at the beginning, and whenever somebody changed them. */
  onLimits(limits: QueueLimits): void;
  /** The slots that this process holds now, asked after a lost connection came back. */
  held(): readonly number[];
  /** What could be taken back of them; other processes have the rest. */
  onTakenBack(slots: readonly number[]): void;
}

/**
 * After a lost connection was made again nothing new is taken for this long: whoever lost theirs at the same time gets
 * theirs back first. Milliseconds.
 */
const graceMs = 3_000;

/**
 * The slots of a provider, from 1 to as many as its limit says, as session-level advisory locks of PostgreSQL: of all
 * processes one holds each, and one that dies loses its own with its connection.
 */
export class SlotLocks implements AsyncDisposable {
  readonly #provider: string;
  readonly #listener: SlotLocksListener;
  readonly #connection: SteadyConnection;
  #notBefore = 0;

  private constructor(database: Database, provider: string, listener: SlotLocksListener) {
    this.#provider = provider;
    this.#listener = listener;
    this.#connection = new SteadyConnection({
      url: database.url,
      name: 'atrium-slots',
      prepare: (client, isAgain) => this.#prepare(client, isAgain),
      onNotification: (changed) => {
        if (changed === provider) void this.#reload();
      },
    });
  }

  /** Returns after the first attempt to reach the database; the limits are told by then when it could be reached. */
  static async open(database: Database, provider: string, listener: SlotLocksListener): Promise<SlotLocks> {
    const locks = new SlotLocks(database, provider, listener);
    await locks.#connection.connect();
    return locks;
  }

  /** Takes up to `wanted` of the slots 1 to `limit` that nobody has; none while the database is away. */
  async take(wanted: number, limit: number): Promise<readonly number[]> {
    if (Date.now() < this.#notBefore) return [];
    // A lock that this connection has would be granted to it once more.
    return this.#ask(
      `select slot from generate_series(1, $2::integer) as slot
       where case when slot = any ($3::integer[]) then false else pg_try_advisory_lock(hashtext($1), slot) end
       limit $4`,
      [this.#lockName, limit, this.#listener.held(), wanted],
    );
  }

  /** Lets others have a slot. */
  give(slot: number): void {
    void this.#ask('select $2::integer as slot from pg_advisory_unlock(hashtext($1), $2::integer)', [
      this.#lockName,
      slot,
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }

  get #lockName(): string {
    return `atrium slots of ${this.#provider}`;
  }

  async #prepare(client: Client, isAgain: boolean): Promise<void> {
    await client.query(`listen ${limitsChannel}`);
    if (isAgain) {
      const { rows } = await client.query<{ slot: number }>(
        `select slot from unnest($2::integer[]) as slot where pg_try_advisory_lock(hashtext($1), slot)`,
        [this.#lockName, this.#listener.held()],
      );
      this.#notBefore = Date.now() + graceMs;
      this.#listener.onTakenBack(rows.map(({ slot }) => slot));
    }
    const { rows } = await client.query<{ value: unknown }>(limitsText, [limitsSetting(this.#provider)]);
    this.#tell(rows);
  }

  async #reload(): Promise<void> {
    this.#tell(await this.#connection.query(limitsText, [limitsSetting(this.#provider)]));
  }

  #tell(rows: readonly { readonly value: unknown }[] = []): void {
    if (rows[0] !== undefined) this.#listener.onLimits(currentLimits(rows[0].value));
  }

  /** The slots that a statement names; none without a connection. */
  async #ask(text: string, values: readonly unknown[]): Promise<readonly number[]> {
    const rows = await this.#connection.query<{ readonly slot: number }>(text, values);
    return rows?.map(({ slot }) => slot) ?? [];
  }
}
