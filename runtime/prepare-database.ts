import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Database } from '../store/database.ts';
import { findNewestApplied, findPendingMigrations, migrate } from '../store/migrate.ts';
import { createBackup } from './backup/create-backup.ts';
import { restoreDatabase } from './backup/restore-backup.ts';
import type { Servers } from './open-servers.ts';
import type { Progress } from './progress.ts';
import { requireDatabase } from './require-database.ts';

export interface PreparationOptions {
  readonly config: Config;
  readonly servers: Servers;
  readonly progress: Progress;
}

/**
 * Brings the database to this release's schema: first what a backup left to be restored, then, with a backup made before,
 * the migrations. Throws AtriumError `home-is-newer` when a later release has been here.
 */
export async function prepareDatabase(database: Database, options: PreparationOptions): Promise<void> {
  const { config, servers, progress } = options;
  if (servers.postgresBinaries !== undefined)
    await restoreDatabase(config.home, servers.postgresBinaries, servers.databaseUrl);
  await requireDatabase(database);
  const pending = await findPendingMigrations(database);
  if (pending.length === 0) return;
  const newest = await findNewestApplied(database);
  if (newest !== undefined) await backUpBefore(newest, options);
  progress(newest === undefined ? 'Making the tables …' : `Migrating the database (${pending.join(', ')}) …`);
  await migrate(database);
}

/** Into `backups` of the home. Where the servers are not ours, their operators make the backups. */
async function backUpBefore(
  schema: string,
  { config, servers, progress }: PreparationOptions,
): Promise<void> {
  const { postgresBinaries: binaries, databaseUrl, temporalVersion } = servers;
  if (binaries === undefined || temporalVersion === undefined) {
    progress('The database is not Atrium’s own: no backup is made before its migration.');
    return;
  }
  const folder = join(config.home, 'backups');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const day = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const file = join(folder, `before-migration-${day}.tar.gz`);
  progress(`Backing up to ${file} before the migration …`);
  await createBackup(file, { home: config.home, binaries, databaseUrl, schema, temporalVersion });
}
