import { sql } from 'kysely';
import type { LiveEvent } from '../domain/live-event.ts';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import { planOnce } from './plan-once.ts';
import { withoutWaitingForDisk } from './without-waiting-for-disk.ts';

export interface StoredLiveEvent {
  /** Grows with each event, over all sessions. */
  readonly id: number;
  readonly event: LiveEvent;
}

/**
 * Puts what running turns show on the side channel, in one statement, with one notice a session. Events of a turn that
 * has its outcome already, as a worker may send that was given up, are left out; so are those of a session that is erased.
 */
export async function addLiveEvents({ kysely }: Database, events: readonly LiveEvent[]): Promise<void> {
  if (events.length === 0) return;
  const keys = events.map((event) => event.session);
  const turns = events.map((event) => event.turn);
  const texts = events.map((event) => JSON.stringify(event));
  await sql`${planOnce('add-live-events')}
    with added as (
      insert into vault.live_event (session_key, turn, event)
      select given.key, given.turn, given.event::json
      from ${withoutWaitingForDisk},
        unnest(${keys}::text[], ${turns}::integer[], ${texts}::text[])
          with ordinality as given(key, turn, event, place)
      left join projection.session on session.key = given.key
      where not exists (
          select from projection.message
          where session_key = given.key and chapter = session.chapter and turn = given.turn
            and (role = 'assistant' or (role = 'notice' and status <> 'info')))
        and not exists (
          select from vault.receipt
          where session_key = given.key and (erased_at is null or session.key is null))
      order by given.place
      returning session_key
    )
    select ${sendNotice('live', sql`session_key`)} from (select distinct session_key from added) as told
  `.execute(kysely);
}

/** What the side channel holds of a session behind an id, in order; 0 is the beginning. */
export async function listLiveEvents(
  { kysely }: Database,
  key: string,
  afterId: number,
): Promise<readonly StoredLiveEvent[]> {
  return kysely
    .selectFrom('vault.live_event')
    .select(['id', 'event'])
    .where('session_key', '=', key)
    .where('id', '>', afterId)
    .orderBy('id')
    .execute();
}
