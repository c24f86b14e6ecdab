import { sql, type RawBuilder } from 'kysely';
import type { SessionFacts } from '../domain/session-facts.ts';
import type { Database } from './database.ts';
import { toFacts, type SessionTable } from './tables/session-table.ts';

/** A session as the database shows it. */
export interface SessionView {
  readonly facts: SessionFacts;
  readonly revision: number;
  /** Whether a turn that answers a message runs. */
  readonly running: boolean;
  /** Messages that wait for their turn or are held. */
  readonly waitingCount: number;
  /** Outcomes behind the read mark; counting ends at `mostUnread`. */
  readonly unreadCount: number;
}

/** From here on nobody cares how many exactly, and a page of sessions that nobody reads stays cheap. */
const mostUnread = 1_000;

/** A row of `projection.session` together with what `liveColumns` adds. */
export interface SessionViewRow extends SessionTable {
  readonly running: boolean;
  readonly waiting_count: number;
  readonly unread_count: number;
}

/** What is read of a session besides its own row, for a select whose `from` is followed by `liveJoins`. */
export const liveColumns = sql`open.running, open.waiting_count, unread.unread_count`;

/** The joins behind `liveColumns`; `key` is SQL. */
export const liveJoins = (key: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  left join lateral (
    select coalesce(bool_or(status = 'running'), false) as running,
      count(*) filter (where status <> 'running') as waiting_count
    from projection.open_message where session_key = ${key}
  ) as open on true
  left join lateral (
    select count(*) as unread_count from (
      select from projection.message
      where session_key = ${key} and ${isOutcome}
        and position > coalesce((select position from vault.read_mark where session_key = ${key}), 0)
      limit ${sql.lit(mostUnread)}
    ) as outcome
  ) as unread on true`;

/** Holds for the rows of `projection.message` that are a turn's outcome (I2), as `messageOutcome` says. */
export const isOutcome = sql`(role = 'assistant' or (role = 'notice' and status <> 'info'))`;

/** The session with this key, undefined when the database has none. */
export async function findSession({ kysely }: Database, key: string): Promise<SessionView | undefined> {
  const { rows } = await sql<SessionViewRow>`
    select session.*, ${liveColumns} from projection.session ${liveJoins(sql`session.key`)}
    where session.key = ${key}
  `.execute(kysely);
  return rows[0] === undefined ? undefined : toSessionView(rows[0]);
}

/** The view that a row holds. */
export function toSessionView(row: SessionViewRow): SessionView {
  return {
    facts: toFacts(row),
    revision: row.revision,
    running: row.running,
    waitingCount: row.waiting_count,
    unreadCount: row.unread_count,
  };
}
