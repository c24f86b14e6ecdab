import { sql } from 'kysely';
import type { MessageSource } from '../domain/message.ts';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import { planOnce } from './plan-once.ts';
import { storableText } from './storable-text.ts';
import { withoutWaitingForDisk } from './without-waiting-for-disk.ts';

export interface AcceptedMessage {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly isHeld: boolean;
  readonly from?: MessageSource;
}

/**
 * Shows a message that its session has accepted, before the session's own row arrives and replaces it: revision 0,
 * numbered as if it came last. Does nothing when the row is there already, and for a session that the database does not
 * know or that is being erased. It may be lost with the machine's power, unlike the message itself.
 */
export async function addAcceptedMessage(
  { kysely }: Database,
  key: string,
  message: AcceptedMessage,
): Promise<void> {
  await sql`${planOnce('add-accepted-message')}
    with added as (
      insert into projection.message
        (session_key, id, revision, chapter, turn, position, role, status, text, at, from_kind, from_key)
      select session.key, ${message.id}, 0, session.chapter,
        greatest(session.turn_count, last.turn) + 1, coalesce(last.position, 0) + 1,
        'user', ${message.isHeld ? 'held' : 'waiting'}::projection.message_status, ${storableText(message.text)},
        ${message.at}::bigint, ${message.from?.kind ?? null}::text, ${message.from?.key ?? null}::text
      from ${withoutWaitingForDisk}, projection.session
      left join lateral (
        select turn, position from projection.message
        where session_key = session.key and chapter = session.chapter
        order by chapter desc, turn desc, position desc limit 1
      ) as last on true
      where session.key = ${key}
        and not exists (select from vault.receipt where session_key = session.key and erased_at is null)
      on conflict do nothing
      returning session_key
    )
    select ${sendNotice('changed', sql`session_key`)} from added
  `.execute(kysely);
}
