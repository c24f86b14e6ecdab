import type { Config } from '../config/config.ts';
import { AtriumError } from '../domain/atrium-error.ts';
import { openDatabase } from '../store/database.ts';
import { findNewestApplied } from '../store/migrate.ts';
import { createBackup } from './backup/create-backup.ts';
import { findPostgres } from './binaries/find-postgres.ts';
import { findRunningNote } from './locate-servers.ts';
import { serverUserOf } from './postgres/open-postgres.ts';
import type { Progress } from './progress.ts';
import { embeddedPlace, openTemporalClient } from './temporal/temporal-client.ts';

/**
 * Writes the state of a home whose server runs into one file, while it runs. Returns the file's size in bytes. Throws
 * AtriumError `not-running`, `not-embedded` or `backup-failed`.
 */
export async function backUpHome(config: Config, file: string, progress: Progress): Promise<number> {
  if (config.databaseUrl !== null || config.temporal.address !== null)
    throw new AtriumError(
      'invalid',
      'not-embedded',
      'Cannot back up servers that Atrium does not run: back up DATABASE_URL with pg_dump and Temporal with the tools of its own database.',
    );
  const note = await findRunningNote(config.home);
  if (note?.databaseUrl === undefined || note.temporalAddress === undefined)
    throw new AtriumError(
      'unavailable',
      'not-running',
      `Cannot back up ${config.home}: no server runs on it. Start it with "npm start" and try again.`,
    );
  const user = await serverUserOf(config.home);
  const binaries = await findPostgres({ ...config.programs, user }, progress);
  await using temporal = await openTemporalClient(embeddedPlace(note.temporalAddress), {});
  return createBackup(file, {
    home: config.home,
    binaries,
    databaseUrl: note.databaseUrl,
    schema: await schemaOf(note.databaseUrl),
    temporalVersion: temporal.serverVersion,
  });
}

async function schemaOf(databaseUrl: string): Promise<string> {
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    return (await findNewestApplied(database)) ?? '';
  } finally {
    await database.close();
  }
}
