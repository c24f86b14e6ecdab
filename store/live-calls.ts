import { sql } from 'kysely';
import { queueReason, type CallId, type CallPlace, type LiveCall } from '../domain/live-call.ts';
import { noLimits, type QueueLimits } from '../domain/queue-limits.ts';
import type { Database } from './database.ts';
import { withoutWaitingForDisk } from './without-waiting-for-disk.ts';

/** What one process says of the calls that it knows; times in milliseconds since the epoch. */
export interface LiveCallChanges {
  /** The process. */
  readonly owner: string;
  readonly at: number;
  readonly calls: readonly LiveCall[];
  readonly ended: readonly CallId[];
}

/** A call that nobody vouched for in this time is not counted any more: whoever knew it is gone. Milliseconds. */
export const forgottenAfterMs = 60_000;

/**
 * Writes what a process knows of calls, and that it still knows it. Of a call that is only said to be queued, what another
 * process says already is right: it runs there, or waits for another try.
 */
export async function saveLiveCalls({ kysely }: Database, changes: LiveCallChanges): Promise<void> {
  const { owner, at, calls, ended } = changes;
  if (calls.length > 0)
    await sql`
      insert into vault.live_call
      select session, call, provider, turn, kind, priority, "queuedAt", state, since, model, tokens, reason, "retryAt",
        ${owner}, ${at}
      from ${withoutWaitingForDisk}, json_to_recordset(${JSON.stringify(calls)}::json) as given(
        session text, call text, provider text, turn integer, kind text, priority smallint, "queuedAt" bigint,
        state text, since bigint, model text, tokens integer, reason text, "retryAt" bigint)
      on conflict (session_key, call) do update set
        state = excluded.state, since = excluded.since, model = excluded.model, tokens = excluded.tokens,
        reason = excluded.reason, retry_at = excluded.retry_at, owner = excluded.owner, touched_at = excluded.touched_at
      where live_call.owner = excluded.owner or excluded.state = 'running' or excluded.reason is not null
    `.execute(kysely);
  if (ended.length > 0)
    await sql`
      delete from vault.live_call using ${withoutWaitingForDisk},
        unnest(${ended.map(({ session }) => session)}::text[], ${ended.map(({ call }) => call)}::text[])
          as gone(session, call)
      where live_call.session_key = gone.session and live_call.call = gone.call
    `.execute(kysely);
}

/** Every call that waits or runs, the first in its queue first; with the place of those that wait. */
export interface ListedCall {
  readonly call: LiveCall;
  /** Undefined for one that runs. */
  readonly place: CallPlace | undefined;
  /** When a process last vouched for it; milliseconds since the epoch. */
  readonly touchedAt: number;
}

/** The calls of all processes, or the waiting ones that one process vouches for. */
export async function listLiveCalls(
  { kysely }: Database,
  { now, owner }: { readonly now: number; readonly owner?: string },
): Promise<readonly ListedCall[]> {
  const wanted = owner === undefined ? sql`true` : sql`owner = ${owner} and state = 'waiting'`;
  const { rows } = await sql<PlacedRow>`
    with known as (
      select *, row_number() over (partition by provider, state, priority, session_key order by queued_at) as round
      from vault.live_call where touched_at > ${now - forgottenAfterMs}
    ), placed as (
      select *,
        count(*) filter (where state = 'running') over (partition by provider) as running,
        count(*) filter (where retry_at is null or retry_at <= ${now}) over (
          partition by provider, state order by priority, round, queued_at, session_key
          rows between unbounded preceding and 1 preceding) as place
      from known
    )
    select placed.*, setting.value->'current' as limits from placed
    left join vault.setting on setting.name = 'queue-limits/' || placed.provider
    where ${wanted}
    order by provider, state, place, queued_at
    limit ${mostListed}
  `.execute(kysely);
  return rows.map((row) => toListed(row, now));
}

const mostListed = 1_000;

interface PlacedRow {
  readonly session_key: string;
  readonly call: string;
  readonly provider: string;
  readonly turn: number;
  readonly kind: LiveCall['kind'];
  readonly priority: LiveCall['priority'];
  readonly queued_at: number;
  readonly state: LiveCall['state'];
  readonly since: number;
  readonly model: string | null;
  readonly tokens: number;
  readonly reason: LiveCall['reason'];
  readonly retry_at: number | null;
  readonly touched_at: number;
  readonly running: number;
  readonly place: number;
  readonly limits: Partial<QueueLimits> | null;
}

function toListed(row: PlacedRow, now: number): ListedCall {
  const { session_key: session, call, provider, turn, kind, priority, state, since, model, tokens } = row;
  const facts = { session, call, provider, turn, kind, priority, queuedAt: row.queued_at };
  const { reason, retry_at: retryAt, touched_at: touchedAt } = row;
  const live: LiveCall = { ...facts, state, since, model, tokens, reason, retryAt };
  return { call: live, place: state === 'running' ? undefined : placeOf(row, now), touchedAt };
}

/** What a call waited for that is back in the queue does not matter any more. */
function placeOf(row: PlacedRow, now: number): CallPlace {
  const { session_key: session, call, place, running } = row;
  if (row.reason !== null && row.retry_at !== null && row.retry_at > now)
    return { session, call, place, reason: row.reason, retryAt: row.retry_at };
  const limits = { ...noLimits, ...row.limits };
  return { session, call, place, reason: queueReason(limits, running), retryAt: null };
}
