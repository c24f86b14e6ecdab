import type { Message } from '../domain/message.ts';
import type { Database } from './database.ts';
import { sql } from 'kysely';
import { toMessage, type MessageTable } from './tables/message-table.ts';

/** The rows of a session's tools that changed after a revision, in its order; only those behind a position. */
export async function listToolRows(
  { kysely }: Database,
  key: string,
  { afterRevision, afterPosition }: { readonly afterRevision: number; readonly afterPosition: number },
): Promise<readonly Message[]> {
  const rows = await kysely
    .selectFrom('projection.message')
    .selectAll()
    .where('session_key', '=', key)
    .where('role', '=', 'tool')
    .where('position', '>', afterPosition)
    .where('revision', '>', afterRevision)
    .orderBy('revision')
    .execute();
  return rows.map(toMessage);
}

/** A call that waits for a person, and the session in which it was asked for. */
export interface WaitingApproval {
  readonly session: string;
  readonly row: Message;
}

/** The calls that wait for a person, the oldest first, in all sessions; with an id, that one alone. */
export async function listApprovals({ kysely }: Database, id?: string): Promise<readonly WaitingApproval[]> {
  const isWanted = id === undefined ? sql`true` : sql`message.tool_call -> 'approval' ->> 'id' = ${id}`;
  const { rows } = await sql<MessageTable>`
    select message.* from projection.open_message as open
    join projection.message as message
      on projection.message_digest(message.session_key, message.id) = projection.message_digest(open.session_key, open.id)
    where open.status = 'running' and message.role = 'tool' and message.tool_call ->> 'state' = 'approval'
      and ${isWanted}
    order by message.at, message.session_key, message.position
  `.execute(kysely);
  return rows.map((row) => ({ session: row.session_key, row: toMessage(row) }));
}
