import { sql } from 'kysely';
import type { Message } from '../domain/message.ts';
import type { SessionFacts } from '../domain/session-facts.ts';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import { findRevision, isNotErased, overwrite } from './save-changes.ts';
import { messageIdentity } from './tables/message-identity.ts';
import { messageColumns, toMessage, toMessageRow } from './tables/message-table.ts';
import { sessionColumns, toFacts, toSessionRow } from './tables/session-table.ts';

/** A session as its histories say that it is. */
export interface SessionFromHistories {
  readonly facts: SessionFacts;
  readonly revision: number;
  /** Rows that last changed at this revision or before may be unknown to the histories that are left; 0: none. */
  readonly baseRevision: number;
  readonly messages: readonly Message[];
}

/**
 * What the database holds of a session, as of one moment, for the comparison with its histories; undefined when it has no
 * row. Rows that the session has not confirmed yet are left out.
 */
export async function loadStoredSession(
  { kysely }: Database,
  key: string,
): Promise<
  | { readonly facts: SessionFacts; readonly revision: number; readonly messages: readonly Message[] }
  | undefined
> {
  const read = kysely.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return read.execute(async (transaction) => {
    const session = await transaction
      .selectFrom('projection.session')
      .selectAll()
      .where('key', '=', key)
      .executeTakeFirst();
    if (session === undefined) return undefined;
    const rows = await transaction
      .selectFrom('projection.message')
      .selectAll()
      .where('session_key', '=', key)
      .where('revision', '>', 0)
      .orderBy('position')
      .execute();
    return { facts: toFacts(session), revision: session.revision, messages: rows.map(toMessage) };
  });
}

/**
 * Makes the database say what the histories say. What the session wrote after the histories were read stays, as does what
 * the histories that are left cannot know. A session that is being erased is not written.
 */
export async function replaceSession(
  { kysely }: Database,
  { facts, revision, baseRevision, messages }: SessionFromHistories,
): Promise<void> {
  const session = JSON.stringify(toSessionRow(facts, revision));
  const rows = JSON.stringify(messages.map((message) => toMessageRow(facts.key, message)));
  const oldest = baseRevision === 0 ? -1 : baseRevision;
  await kysely.transaction().execute(async (transaction) => {
    // The session's row first: it is what other writers of this session wait for.
    await sql`
      insert into projection.session as old
      select given.* from jsonb_populate_record(null::projection.session, ${session}::jsonb) as given
      where ${isNotErased(sql`given.key`, sql`given.created_at`)}
      on conflict (key) do update set ${overwrite(sessionColumns)}
      where excluded.revision >= old.revision
    `.execute(transaction);
    if ((await findRevision({ kysely: transaction }, facts.key)) === undefined) return;
    await sql`
      delete from projection.message
      where session_key = ${facts.key} and revision > ${oldest} and revision <= ${revision}
    `.execute(transaction);
    await sql`
      insert into projection.message as old
      select given.* from jsonb_populate_recordset(null::projection.message, ${rows}::jsonb) as given
      on conflict ${messageIdentity} do update set ${overwrite(messageColumns)}
      where excluded.revision >= old.revision
    `.execute(transaction);
    await sql`select ${sendNotice('changed', sql`${facts.key}::text`)}`.execute(transaction);
  });
}

/** Removes a session's row and transcript, and nothing that does not follow from its histories. */
export async function dropStoredSession({ kysely }: Database, key: string): Promise<void> {
  await kysely.deleteFrom('projection.session').where('key', '=', key).execute();
}

/** Empties what follows from the histories. */
export async function emptyProjection({ kysely }: Database): Promise<void> {
  await sql`truncate projection.session, projection.message, projection.open_message`.execute(kysely);
}

/** The keys of all sessions that the database knows, sorted. */
export async function listSessionKeys({ kysely }: Database): Promise<readonly string[]> {
  const rows = await kysely.selectFrom('projection.session').select('key').orderBy('key').execute();
  return rows.map((row) => row.key);
}
