import { sql } from 'kysely';
import type { Database } from './database.ts';
import { sendNotice } from './notices.ts';
import type { ReceiptTable } from './tables/vault-tables.ts';

/** Proof that an erasure was asked for, and when it was done. Times in milliseconds since the epoch. */
export interface Receipt {
  readonly id: string;
  readonly sessionKey: string;
  readonly reason: 'deleted' | 'ended';
  readonly requestedAt: number;
  readonly erasedAt: number | null;
}

/** Opens a receipt. When the session has an open one already, that one is returned instead. */
export async function createReceipt(
  { kysely }: Database,
  receipt: Omit<Receipt, 'erasedAt'>,
): Promise<Receipt> {
  const { rows } = await sql<ReceiptTable>`
    insert into vault.receipt (id, session_key, reason, requested_at)
    values (${receipt.id}, ${receipt.sessionKey}, ${receipt.reason}, ${receipt.requestedAt})
    on conflict (session_key) where erased_at is null do update set session_key = excluded.session_key
    returning *
  `.execute(kysely);
  return rows[0] === undefined ? { ...receipt, erasedAt: null } : toReceipt(rows[0]);
}

/** The receipt of an erasure that is under way, undefined when there is none. */
export async function findOpenReceipt({ kysely }: Database, key: string): Promise<Receipt | undefined> {
  const row = await kysely
    .selectFrom('vault.receipt')
    .selectAll()
    .where('session_key', '=', key)
    .where('erased_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? undefined : toReceipt(row);
}

/** The newest receipt of a session, open or not; undefined when no session of this key was ever erased. */
export async function findLastReceipt({ kysely }: Database, key: string): Promise<Receipt | undefined> {
  const row = await kysely
    .selectFrom('vault.receipt')
    .selectAll()
    .where('session_key', '=', key)
    .orderBy(newestReceiptFirst)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : toReceipt(row);
}

/** The receipt with this id, undefined when there is none. */
export async function findReceipt({ kysely }: Database, id: string): Promise<Receipt | undefined> {
  const row = await kysely.selectFrom('vault.receipt').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toReceipt(row);
}

/** Notes when the erasure was done, and tells whoever listens. Confirming again keeps the first time. */
export async function confirmReceipt({ kysely }: Database, id: string, at: number): Promise<void> {
  await sql`
    with confirmed as (
      update vault.receipt set erased_at = ${at} where id = ${id} and erased_at is null returning session_key
    )
    select ${sendNotice('deleted', sql`session_key`)} from confirmed
  `.execute(kysely);
}

/** For an `order by` over the receipts of one session; an open one is the newest, whatever the clocks say. */
export const newestReceiptFirst = sql`erased_at desc nulls first`;

/** The receipt that a row holds. */
export const toReceipt = (row: ReceiptTable): Receipt => ({
  id: row.id,
  sessionKey: row.session_key,
  reason: row.reason,
  requestedAt: row.requested_at,
  erasedAt: row.erased_at,
});
