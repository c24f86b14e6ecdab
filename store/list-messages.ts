import { sql } from 'kysely';
import type { Message } from '../domain/message.ts';
import { badCursor, formatCursor, parseCursor, type CursorValue } from './cursor.ts';
import type { Database } from './database.ts';
import { isMessage } from './tables/message-identity.ts';
import { toMessage, type MessageTable } from './tables/message-table.ts';

export interface MessageQuery {
  /** At least 1. */
  readonly limit: number;
  /** A cursor of an earlier page, or the id of a message: rows that come before it. */
  readonly before?: string;
  readonly chapter?: number;
}

export interface MessagePage {
  /** Oldest first. */
  readonly items: readonly Message[];
  /** Leads to older ones; null at the beginning of the transcript. */
  readonly nextCursor: string | null;
}

/** Names the list in its cursors. */
const list = 'm';

/**
 * A page of a transcript, in the order of `(chapter, turn, position)`: the newest without `before`. Rows that are
 * renumbered meanwhile move behind the page that showed them, so going back repeats none and leaves none out. Throws
 * AtriumError `bad-cursor`.
 */
export async function listMessages(
  database: Database,
  key: string,
  query: MessageQuery,
): Promise<MessagePage> {
  const place = query.before === undefined ? undefined : await findPlace(database, key, query.before);
  const isBefore =
    place === undefined ? sql`` : sql`and (chapter, turn, position, id) < (${sql.join(place)})`;
  const isChapter = query.chapter === undefined ? sql`` : sql`and chapter = ${query.chapter}`;
  const { rows } = await sql<MessageTable>`
    select * from projection.message
    where session_key = ${key} ${isChapter} ${isBefore}
    order by chapter desc, turn desc, position desc, id desc
    limit ${query.limit + 1}
  `.execute(database.kysely);
  const shown = rows.slice(0, query.limit);
  const oldest = shown.at(-1);
  const hasMore = rows.length > shown.length && oldest !== undefined;
  return {
    items: shown.map(toMessage).toReversed(),
    nextCursor: hasMore ? formatCursor(list, placeOf(oldest)) : null,
  };
}

/** The message with this id, undefined when the session has none. */
export async function findMessage(
  { kysely }: Database,
  key: string,
  id: string,
): Promise<Message | undefined> {
  const row = await kysely
    .selectFrom('projection.message')
    .selectAll()
    .where(isMessage(key, id))
    .executeTakeFirst();
  return row === undefined ? undefined : toMessage(row);
}

/** How many messages of the session wait for their turn or are held. */
export async function countWaiting({ kysely }: Database, key: string): Promise<number> {
  const { count } = await kysely
    .selectFrom('projection.open_message')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('session_key', '=', key)
    .where('status', '<>', 'running')
    .executeTakeFirstOrThrow();
  return count;
}

async function findPlace(database: Database, key: string, before: string): Promise<readonly CursorValue[]> {
  const place = parseCursor(before, list, [0, 0, 0, '']);
  if (place !== undefined) return place;
  const message = before.includes('\0') ? undefined : await findMessage(database, key, before);
  if (message === undefined) throw badCursor();
  return placeOf(message);
}

const placeOf = ({ chapter, turn, position, id }: Pick<Message, 'chapter' | 'turn' | 'position' | 'id'>) => [
  chapter,
  turn,
  position,
  id,
];
