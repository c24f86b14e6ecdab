import { sql, type RawBuilder } from 'kysely';
import type { TurnOutcomeRow } from '../domain/viewer.ts';
import type { Database } from './database.ts';
import { isOutcome } from './find-session.ts';
import { isMessage } from './tables/message-identity.ts';
import { toMessage, type MessageTable } from './tables/message-table.ts';

/** The outcomes of a session behind a position, in order of position; 0 is the beginning. */
export function listOutcomes(
  database: Database,
  key: string,
  afterPosition: number,
): Promise<readonly TurnOutcomeRow[]> {
  return selectOutcomes(database, key, sql`outcome.position > ${afterPosition}`);
}

/** The outcome of a message's turn, undefined while it has none or the message is not known. */
export async function findOutcome(
  database: Database,
  key: string,
  messageId: string,
): Promise<TurnOutcomeRow | undefined> {
  const isOfTurn = sql`(outcome.chapter, outcome.turn) = (
    select chapter, turn from projection.message
    where ${isMessage(key, messageId)} and role = 'user' and status = 'done')`;
  return (await selectOutcomes(database, key, isOfTurn))[0];
}

/** Rows that their session has not confirmed are left out: the turn that they show is a guess. */
async function selectOutcomes(
  { kysely }: Database,
  key: string,
  condition: RawBuilder<unknown>,
): Promise<readonly TurnOutcomeRow[]> {
  const { rows } = await sql<MessageTable & { message_ids: readonly string[] }>`
    select outcome.*, array(
      select asked.id from projection.message as asked
      where asked.session_key = outcome.session_key and asked.chapter = outcome.chapter
        and asked.turn = outcome.turn and asked.role = 'user' and asked.revision > 0
      order by asked.position
    ) as message_ids
    from projection.message as outcome
    where outcome.session_key = ${key} and ${isOutcome} and ${condition}
    order by outcome.position
  `.execute(kysely);
  return rows.map((row) => ({ row: toMessage(row), messageIds: row.message_ids }));
}

/**
 * The position of the last row that the session has confirmed, in the order of the transcript; 0 when there is none. Rows
 * of the same turn may be newer by a few.
 */
export async function findLastPosition({ kysely }: Database, key: string): Promise<number> {
  const last = await kysely
    .selectFrom('projection.message')
    .select('position')
    .where('session_key', '=', key)
    .where('revision', '>', 0)
    .orderBy('chapter', 'desc')
    .orderBy('turn', 'desc')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.position ?? 0;
}
