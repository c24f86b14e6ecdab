import { sql } from 'kysely';
import type { RateCount } from '../domain/live-call.ts';
import type { Database } from './database.ts';
import { withoutWaitingForDisk } from './without-waiting-for-disk.ts';

/** How finely use is counted over time; milliseconds. */
const spanMs = 10_000;
const keptMs = 3_600_000;

/** Adds to what was used now. What is older than an hour goes, and so do calls that nobody knows any more. */
export async function addRateCounts(
  { kysely }: Database,
  counts: readonly RateCount[],
  now: number,
): Promise<void> {
  if (counts.length === 0) return;
  await sql`
    with old as (delete from vault.live_rate where starts_at < ${now - keptMs}),
      lost as (delete from vault.live_call where touched_at < ${now - keptMs})
    insert into vault.live_rate
    select provider, ${now - (now % spanMs)}, requests, tokens
    from ${withoutWaitingForDisk}, json_to_recordset(${JSON.stringify(counts)}::json)
      as given(provider text, requests integer, tokens bigint)
    on conflict (provider, starts_at) do update
    set requests = live_rate.requests + excluded.requests, tokens = live_rate.tokens + excluded.tokens
  `.execute(kysely);
}

/** What was used in the minute up to now, by provider. */
export async function listRates({ kysely }: Database, now: number): Promise<readonly RateCount[]> {
  const { rows } = await sql<RateCount>`
    select provider, sum(requests)::bigint as requests, sum(tokens)::bigint as tokens from vault.live_rate
    where starts_at > ${now - 60_000} group by provider order by provider
  `.execute(kysely);
  return rows;
}
