import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { errorCode, errorText } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { PostgresBinaries } from '../binaries/find-postgres.ts';
import { prepareHome } from '../home/prepare-home.ts';
import { runProgram } from '../run-program.ts';
import { temporalFile } from '../temporal/open-temporal.ts';
import { badBackup, parts } from './manifest.ts';
import { unpackArchive } from './unpack-archive.ts';

/** The dump and a note of what is still to do lie here until the first start from the backup is complete. */
const restoreFolder = (home: string): string => join(home, 'restore');

/** What may be in a home that a backup is put into. */
const harmless = new Set(['atrium.yaml', 'logs', 'token', 'restore', 'server.json']);

/**
 * Puts a backup's files into an empty home; the database follows when its server runs. Throws AtriumError `bad-backup`,
 * `home-is-newer`, `not-embedded` or `home-not-empty`, and then nothing has changed.
 */
export async function unpackBackup({ home, databaseUrl, temporal }: Config, file: string): Promise<void> {
  if (databaseUrl !== null || temporal.address !== null)
    throw new AtriumError(
      'invalid',
      'not-embedded',
      'Cannot start from a backup on servers that Atrium does not run: unset DATABASE_URL and TEMPORAL_ADDRESS.',
    );
  await requireEmpty(home);
  await prepareHome(home);
  const folder = restoreFolder(home);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  try {
    await unpackArchive(file, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  await copyFile(join(folder, parts.config), join(home, 'atrium.yaml'), 1).catch(() => undefined);
  await mkdir(join(home, 'temporal'), { recursive: true, mode: 0o700 });
  // Last: a home with this file is not empty any more.
  await rename(join(folder, parts.temporal), temporalFile(home));
}

/** Fills the new database from the unpacked backup, once; does nothing in a home that did not come from one. */
export async function restoreDatabase(
  home: string,
  binaries: PostgresBinaries,
  databaseUrl: string,
): Promise<void> {
  const dump = join(restoreFolder(home), parts.database);
  const options = [
    '--no-owner',
    '--no-privileges',
    '--exit-on-error',
    '--single-transaction',
    '--if-exists',
    '--clean',
  ];
  try {
    await readdir(restoreFolder(home));
  } catch {
    return;
  }
  if (await isDone(home)) return;
  await runProgram(join(binaries.binFolder, 'pg_restore'), [...options, '--dbname', databaseUrl, dump]).catch(
    (error: unknown) => {
      throw badBackup(`Cannot restore the database of the backup: ${errorText(error)}.`, error);
    },
  );
  await writeFile(join(restoreFolder(home), 'database-restored'), '');
}

/** Whether this home came from a backup and its projection has still to be made from the histories. */
export async function awaitsRebuild(home: string): Promise<boolean> {
  return isDone(home);
}

/** The first start from a backup is complete. */
export const finishRestore = (home: string): Promise<void> =>
  rm(restoreFolder(home), { recursive: true, force: true });

const isDone = async (home: string): Promise<boolean> =>
  (await readdir(restoreFolder(home)).catch((): string[] => [])).includes('database-restored');

async function requireEmpty(home: string): Promise<void> {
  const entries = await readdir(home).catch((error: unknown): string[] => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const other = entries.filter((name) => !harmless.has(name));
  if (other.length > 0)
    throw new AtriumError(
      'conflict',
      'home-not-empty',
      `Cannot restore into ${home}: it already has ${other.join(', ')}. Name an empty folder with --home or ATRIUM_HOME.`,
    );
}
