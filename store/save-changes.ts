import { sql, type RawBuilder } from 'kysely';
import { messageOutcome, type Message } from '../domain/message.ts';
import type { SessionChanges } from '../domain/session-changes.ts';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import { planOnce } from './plan-once.ts';
import { messageIdentity } from './tables/message-identity.ts';
import { messageColumns, toMessageRow } from './tables/message-table.ts';
import { sessionColumns, toSessionRow } from './tables/session-table.ts';
import { withoutWaitingForDisk } from './without-waiting-for-disk.ts';

/**
 * Writes what a session says of itself, in one statement and so in one transaction, by the rule of `SessionChanges`: the
 * later moment wins, then the higher revision; what loses is dropped whole, and rows that a lost task left are removed.
 * (The first revision follows from the request alone, by the clock of whoever made it: it never stands in the way.) Live
 * events of turns that have their outcome are removed, and whoever listens is told. A session that is being erased, or was
 * erased after it had been created, is not written: it would come back to life. As long as its row stands, though, those
 * who wait still learn how its last turns ended (I2).
 *
 * People wait for this, so it does not wait for the disk; the session's projection makes sure (`confirmRevision`).
 */
export async function saveChanges({ kysely }: Database, changes: SessionChanges): Promise<void> {
  const { facts, revision } = changes;
  const messages = newestById(changes.messages);
  const session = JSON.stringify(toSessionRow(facts, revision));
  const rows = JSON.stringify(messages.map((message) => toMessageRow(facts.key, message)));
  const ids = messages.map(({ id }) => id);
  const ended = messages.flatMap((row) => (messageOutcome(row) === undefined ? [] : [row.turn]));
  await sql`${planOnce('save-changes')}
    with standing as (
      select from projection.session where key = ${facts.key} and created_at = ${facts.createdAt}
      for no key update
    ), alive as materialized (
      select given.* from ${withoutWaitingForDisk},
        jsonb_populate_record(null::projection.session, ${session}::jsonb) as given
      where ${isNotErased(sql`given.key`, sql`given.created_at`)} or exists (select from standing)
    ), saved_session as (
      insert into projection.session as old select * from alive
      on conflict (key) do update set ${overwrite(sessionColumns)}
      where old.revision = 1 or (excluded.updated_at, excluded.revision) >= (old.updated_at, old.revision)
      returning 1
    ), saved_messages as (
      insert into projection.message
      select given.* from saved_session,
        jsonb_populate_recordset(null::projection.message, ${rows}::jsonb) as given
      on conflict ${messageIdentity} do update set ${overwrite(messageColumns)}
    ), removed_messages as (
      delete from projection.message where session_key = ${facts.key}
        and position > ${changes.fromPosition} and revision > ${changes.fromRevision}
        and id <> all(${ids}::text[]) and exists (select from saved_session)
    ), ended as (
      delete from vault.live_event where session_key = ${facts.key} and turn = any(${ended}::integer[])
    )
    select ${sendNotice(ended.length === 0 ? 'changed' : 'ended', sql`${facts.key}::text`)}
    where exists (select from saved_session)
  `.execute(kysely);
}

/** A session's state at a moment, as `SessionChanges` orders them. */
export interface HeldRevision {
  readonly revision: number;
  /** `facts.updatedAt` of the state. */
  readonly updatedAt: number;
}

/**
 * Whether the database holds a session in this state or one that follows from it. When it says so, that is on disk:
 * touching the row waits for the disk, and with it for everything that was written before.
 */
export async function confirmRevision(
  { kysely }: Database,
  key: string,
  { revision, updatedAt }: HeldRevision,
): Promise<boolean> {
  const touched = await kysely
    .updateTable('projection.session')
    .set((row) => ({ revision: row.ref('revision') }))
    .where('key', '=', key)
    .where('revision', '>=', revision)
    .where('updated_at', '>=', updatedAt)
    .executeTakeFirst();
  return touched.numUpdatedRows > 0n;
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
