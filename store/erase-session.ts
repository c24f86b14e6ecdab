import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Removes everything that is stored of a session but the receipt of its erasure. May be repeated. An open receipt keeps
 * late writes from bringing it back.
 */
export async function eraseSession({ kysely }: Database, key: string): Promise<void> {
  await sql`
    with transcript as (delete from projection.session where key = ${key}),
      live as (delete from vault.live_event where session_key = ${key}),
      calls as (delete from vault.live_call where session_key = ${key}),
      blobs as (delete from vault.payload_blob where session_key = ${key})
    delete from vault.read_mark where session_key = ${key}
  `.execute(kysely);
}
