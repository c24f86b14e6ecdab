import { sql, type RawBuilder } from 'kysely';
import { messageOutcome, type Message } from '../domain/message.ts';
import type { SessionChanges } from '../domain/session-changes.ts';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import { messageColumns, toMessageRow } from './tables/message-table.ts';
import { sessionColumns, toSessionRow } from './tables/session-table.ts';

/**
 * Writes what a session says of itself, in one statement and so in one transaction: the facts when they are newer than
 * what is stored, each row when it is newer than the stored one, so that late or repeated writes never go backwards. Live
 * events of turns that have their outcome are removed. Whoever listens is told when something changed. A session that is
 * being erased, or was erased after it had been created, is not written: it would come back to life.
 */
export async function saveChanges({ kysely }: Database, changes: SessionChanges): Promise<void> {
  const { facts, revision } = changes;
  const messages = newestById(changes.messages);
  const session = JSON.stringify(toSessionRow(facts, revision));
  const rows = JSON.stringify(messages.map((message) => toMessageRow(facts.key, message)));
  const ended = messages.flatMap((row) => (messageOutcome(row) === undefined ? [] : [row.turn]));
  await sql`
    with alive as materialized (
      select given.* from jsonb_populate_record(null::projection.session, ${session}::jsonb) as given
      where ${isNotErased(sql`given.key`, sql`given.created_at`)}
    ), saved_session as (
      insert into projection.session as old select * from alive
      on conflict (key) do update set ${overwrite(sessionColumns)}
      where excluded.revision > old.revision
      returning 1
    ), saved_messages as (
      insert into projection.message as old
      select given.* from alive, jsonb_populate_recordset(null::projection.message, ${rows}::jsonb) as given
      on conflict (session_key, id) do update set ${overwrite(messageColumns)}
      where excluded.revision > old.revision
      returning 1
    ), ended as (
      delete from vault.live_event where session_key = ${facts.key} and turn = any(${ended}::integer[])
    )
    select ${sendNotice('changed', sql`${facts.key}::text`)}
    where exists (select from saved_session) or exists (select from saved_messages)
  `.execute(kysely);
}

/** The revision that the database holds of a session, undefined when it has no row. */
export async function findRevision(
  { kysely }: Pick<Database, 'kysely'>,
  key: string,
): Promise<number | undefined> {
  const row = await kysely
    .selectFrom('projection.session')
    .select('revision')
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.revision;
}

/** Holds unless an erasure of the session was asked for while or after it came to be; both arguments are SQL. */
export const isNotErased = (
  key: RawBuilder<unknown>,
  createdAt: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`
  not exists (select from vault.receipt
    where session_key = ${key} and (erased_at is null or requested_at >= ${createdAt}))`;

/** `column = excluded.column` for each. */
export const overwrite = (columns: readonly string[]): RawBuilder<unknown> =>
  sql.join(columns.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`));

/** A statement may touch a row once; beyond the ids that a session remembers, one may come twice. */
function newestById(messages: readonly Message[]): readonly Message[] {
  const newest = new Map<string, Message>();
  for (const message of messages)
    if (message.revision >= (newest.get(message.id)?.revision ?? 0)) newest.set(message.id, message);
  return [...newest.values()];
}
