import { sql, type RawBuilder } from 'kysely';

/** What makes a message unique, as an `on conflict` target; the index behind it is on a digest. */
export const messageIdentity = sql`(projection.message_digest(session_key, id))`;

/** Holds for the one row of `projection.message` with this key and id. */
export const isMessage = (key: string, id: string): RawBuilder<boolean> => sql<boolean>`
  (projection.message_digest(session_key, id) = projection.message_digest(${key}, ${id})
    and session_key = ${key} and id = ${id})`;
