import { sql } from 'kysely';
import { AtriumError } from '../domain/atrium-error.ts';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import { isMessage } from './tables/message-identity.ts';

/**
 * Notes that a person has read the session up to a message. The mark never goes back. Throws AtriumError
 * `unknown-message`.
 */
export async function markRead({ kysely }: Database, key: string, upToMessageId: string): Promise<void> {
  const { rows } = await sql`
    with marked as (
      insert into vault.read_mark as old
      select session_key, position from projection.message
      where ${isMessage(key, upToMessageId)}
      on conflict (session_key) do update set position = greatest(old.position, excluded.position)
      returning session_key
    )
    select ${sendNotice('changed', sql`session_key`)} from marked
  `.execute(kysely);
  if (rows.length === 0)
    throw new AtriumError(
      'not-found',
      'unknown-message',
      `Cannot mark session ${key} as read: it has no message ${upToMessageId}.`,
    );
}
