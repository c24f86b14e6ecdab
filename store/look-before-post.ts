import { sql } from 'kysely';
import type { Message } from '../domain/message.ts';
import type { Database } from './database.ts';
import type { SessionView } from './find-session.ts';
import { planOnce } from './plan-once.ts';
import { newestReceiptFirst, toReceipt, type Receipt } from './receipts.ts';
import { isMessage } from './tables/message-identity.ts';
import { toMessage, type MessageTable } from './tables/message-table.ts';
import { toFacts, type SessionTable } from './tables/session-table.ts';
import type { ReceiptTable } from './tables/vault-tables.ts';

/** What has to be known before a message is posted to a session. */
export interface PostLook {
  readonly session: Pick<SessionView, 'facts' | 'revision' | 'waitingCount'> | undefined;
  /** The newest receipt of this key. */
  readonly receipt: Receipt | undefined;
  /** The message that has this id already. */
  readonly message: Message | undefined;
}

interface LookRow {
  readonly session: SessionTable | null;
  readonly waiting_count: number;
  readonly receipt: ReceiptTable | null;
  readonly message: MessageTable | null;
}

/**
 * One look in one round trip, since it is part of every post. Reads no more than that: unread messages are not counted.
 * The messages `ahead`, which are being posted, count as waiting whether their rows are there yet or not.
 */
export async function lookBeforePost(
  { kysely }: Database,
  key: string,
  id: string,
  ahead: readonly string[] = [],
): Promise<PostLook> {
  const { rows } = await sql<LookRow>`${planOnce('look-before-post')}
    select
      (select to_jsonb(session) from projection.session where key = ${key}) as session,
      (select count(*) from projection.open_message
        where session_key = ${key} and status <> 'running' and id <> all(${ahead}::text[])) as waiting_count,
      (select to_jsonb(receipt) from vault.receipt where session_key = ${key}
        order by ${newestReceiptFirst} limit 1) as receipt,
      (select to_jsonb(message) from projection.message where ${isMessage(key, id)}) as message
  `.execute(kysely);
  const row = rows[0];
  return {
    session: row?.session ? toLook(row.session, row.waiting_count + ahead.length) : undefined,
    receipt: row?.receipt ? toReceipt(row.receipt) : undefined,
    message: row?.message ? toMessage(row.message) : undefined,
  };
}

const toLook = (row: SessionTable, waitingCount: number) => ({
  facts: toFacts(row),
  revision: row.revision,
  waitingCount,
});
