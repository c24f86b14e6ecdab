import { Migrator, sql, type Kysely, type Migration, type MigrationProvider } from 'kysely';
import { AtriumError } from '../domain/atrium-error.ts';
import { openDatabase, type Database } from './database.ts';
import type { Schema } from './schema.ts';
import { createSessions } from './migrations/0001-sessions.ts';
import { createQueue } from './migrations/0002-queue.ts';
import { createBusyRule } from './migrations/0003-busy-rule.ts';
import { createTools } from './migrations/0005-tools.ts';
import { createCircuit } from './migrations/0006-circuit.ts';

/** Every migration by its name, in order. A new one is a file and a line here; released ones are never edited. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-sessions': createSessions,
  '0002-queue': createQueue,
  '0003-busy-rule': createBusyRule,
  '0005-tools': createTools,
  '0006-circuit': createCircuit,
};

const provider: MigrationProvider = { getMigrations: () => Promise.resolve({ ...migrations }) };
const bookkeeping = {
  migrationTableSchema: 'vault',
  migrationTableName: 'migration',
  migrationLockTableName: 'migration_lock',
} as const;

/**
 * Brings the database to this release's schema, on a connection without a time limit; a second start waits for the first.
 * All in one transaction: a failed migration changes nothing. Throws AtriumError `home-is-newer` as `requireKnownSchema`.
 */
export async function migrate(database: Database): Promise<{ readonly applied: readonly string[] }> {
  await requireKnownSchema(database);
  const own = openDatabase(database.url, { maxConnections: 1, statementTimeoutMs: 0 });
  try {
    const { error, results = [] } = await migrator(own.kysely).migrateToLatest();
    if (error !== undefined) throw error;
    return { applied: results.map((result) => result.migrationName) };
  } finally {
    await own.close();
  }
}

/** The migrations that `migrate` would run, in order. */
export async function findPendingMigrations(database: Database): Promise<readonly string[]> {
  const done = new Set(await appliedMigrations(database));
  return Object.keys(migrations).filter((name) => !done.has(name));
}

/** Whether this release has a migration of that name: one that it does not know was made by a later release. */
export const isKnownMigration = (name: string): boolean => name in migrations;

/** The name of the schema that this release works with; a backup notes it. */
export const newestMigration = (): string => Object.keys(migrations).at(-1) ?? '';

/** The newest migration that the database has; undefined when it has none yet. */
export async function findNewestApplied(database: Database): Promise<string | undefined> {
  return (await appliedMigrations(database)).at(-1);
}

/** Throws AtriumError `home-is-newer` when a later release has changed the schema: this one would damage what it wrote. */
export async function requireKnownSchema(database: Database): Promise<void> {
  const unknown = (await appliedMigrations(database)).find((name) => !isKnownMigration(name));
  if (unknown === undefined) return;
  throw new AtriumError(
    'conflict',
    'home-is-newer',
    `Cannot use this database: a newer release of Atrium has changed it (${unknown}). ` +
      'Start that release, or restore the backup that it made before the change.',
    { details: { migration: unknown } },
  );
}

const migrator = (kysely: Kysely<Schema>): Migrator => new Migrator({ db: kysely, provider, ...bookkeeping });

async function appliedMigrations({ kysely }: Database): Promise<readonly string[]> {
  const found = await sql<{ exists: boolean }>`
    select to_regclass('vault.migration') is not null as exists`.execute(kysely);
  if (found.rows[0]?.exists !== true) return [];
  const { rows } = await sql<{ name: string }>`select name from vault.migration order by name`.execute(
    kysely,
  );
  return rows.map((row) => row.name);
}
