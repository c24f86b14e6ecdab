import { sql, type Transaction } from 'kysely';
import { mergeLimits, noLimits, type QueueLimits, type StoredLimits } from '../domain/queue-limits.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** The channel on which the name of a provider whose limits changed is told. */
export const limitsChannel = 'atrium_limits';

/**
 * Takes in what the configuration says of a provider and returns what holds: what was set at run time, until the
 * configuration says something else than when it was set.
 */
export async function applyConfiguredLimits(
  { kysely }: Database,
  provider: string,
  configured: QueueLimits,
): Promise<QueueLimits> {
  return kysely.transaction().execute(async (transaction) => {
    const stored = await lockLimits(transaction, provider);
    const current = mergeLimits(stored, configured);
    await saveLimits(transaction, provider, { current, configured });
    return current;
  });
}

/** Changes what is named and returns what holds; every worker hears of it. It survives restarts. */
export async function changeLimits(
  { kysely }: Database,
  provider: string,
  change: Partial<QueueLimits>,
): Promise<QueueLimits> {
  return kysely.transaction().execute(async (transaction) => {
    const { current, configured } = await lockLimits(transaction, provider);
    const changed = { ...current, ...change };
    await saveLimits(transaction, provider, { current: changed, configured });
    return { ...noLimits, ...changed };
  });
}

/** The limits of every provider that a worker serves or ever served. */
export async function listLimits({ kysely }: Database): Promise<ReadonlyMap<string, QueueLimits>> {
  const rows = await kysely
    .selectFrom('vault.setting')
    .select(['name', 'value'])
    .where('name', 'like', `${prefix}%`)
    .orderBy('name')
    .execute();
  return new Map(rows.map(({ name, value }) => [name.slice(prefix.length), currentLimits(value)]));
}

/** The name of the row in `vault.setting`. */
export const limitsSetting = (provider: string): string => `${prefix}${provider}`;

/** The limits in the value of such a row. */
export const currentLimits = (value: unknown): QueueLimits => ({ ...noLimits, ...parse(value).current });

const prefix = 'queue-limits/';
const nothing: StoredLimits = { current: {}, configured: {} };

/** The row, which nobody else changes until the transaction ends. */
async function lockLimits(transaction: Transaction<Schema>, provider: string): Promise<StoredLimits> {
  const name = limitsSetting(provider);
  await transaction
    .insertInto('vault.setting')
    .values({ name, value: JSON.stringify(nothing) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await transaction
    .selectFrom('vault.setting')
    .select('value')
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return parse(row.value);
}

async function saveLimits(
  transaction: Transaction<Schema>,
  provider: string,
  limits: StoredLimits,
): Promise<void> {
  await transaction
    .updateTable('vault.setting')
    .set({ value: JSON.stringify(limits) })
    .where('name', '=', limitsSetting(provider))
    .execute();
  await sql`select pg_notify(${limitsChannel}, ${provider})`.execute(transaction);
}

/** Only this file writes these rows. */
const parse = (value: unknown): StoredLimits => ({ ...nothing, ...(value as Partial<StoredLimits>) });
