import { chmod, copyFile, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorCode, errorText } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { PostgresBinaries } from '../binaries/find-postgres.ts';
import { runProgram } from '../run-program.ts';
import { temporalFile } from '../temporal/open-temporal.ts';
import { copySqlite } from './copy-sqlite.ts';
import { parts, type Manifest } from './manifest.ts';

export interface BackupOptions {
  readonly home: string;
  readonly binaries: PostgresBinaries;
  /** Of the home's own PostgreSQL, which runs. */
  readonly databaseUrl: string;
  /** The newest migration that the database has. */
  readonly schema: string;
  readonly temporalVersion: string;
}

/**
 * Writes a home's state into one file while its servers go on. Histories first, the database after them: what a history
 * refers to was stored before it, so it is in the later copy. Returns the file's size in bytes. Throws AtriumError
 * `backup-failed`; a file of that name is replaced only by a whole one.
 */
export async function createBackup(file: string, options: BackupOptions): Promise<number> {
  const target = resolve(file);
  const scratch = await makeScratch(target);
  const content = join(scratch, 'content');
  const archive = join(scratch, 'archive.tar.gz');
  try {
    await mkdir(content);
    await copySqlite(temporalFile(options.home), join(content, parts.temporal));
    await dumpDatabase(options, join(content, parts.database));
    await writeFile(join(content, parts.manifest), JSON.stringify(describeBackup(options), null, 2));
    await copyFile(join(options.home, parts.config), join(content, parts.config)).catch(() => undefined);
    await runProgram('tar', ['-C', content, '-czf', archive, '.']).catch((error: unknown) => {
      throw failed(errorText(error), error);
    });
    // It has everything that was said, and perhaps keys in the configuration.
    await chmod(archive, 0o600);
    await rename(archive, target);
    return (await stat(target)).size;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** For its owner's eyes only, and beside the target, so that the finished file gets its name in one step. */
async function makeScratch(target: string): Promise<string> {
  try {
    return await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  } catch (error) {
    throw failed(`the folder ${dirname(target)} cannot be written to (${errorCode(error)})`, error);
  }
}

const describeBackup = (options: BackupOptions): Manifest => ({
  format: 1,
  createdAt: new Date().toISOString(),
  schema: options.schema,
  postgres: options.binaries.version,
  temporal: options.temporalVersion,
});

/** Rows of the projection and of the side channel are left out: the first follow from the histories, the second are of the moment. */
async function dumpDatabase({ binaries, databaseUrl }: BackupOptions, path: string): Promise<void> {
  const leftOut = ['projection.*', 'vault.live_*'].map((tables) => `--exclude-table-data=${tables}`);
  const form = ['--format=custom', '--compress=0', '--no-owner', '--no-privileges'];
  await runProgram(join(binaries.binFolder, 'pg_dump'), [
    ...form,
    ...leftOut,
    '--file',
    path,
    databaseUrl,
  ]).catch((error: unknown) => {
    throw failed(errorText(error), error);
  });
}

const failed = (reason: string, cause: unknown): AtriumError =>
  new AtriumError('unavailable', 'backup-failed', `Cannot write the backup: ${reason}.`, { cause });
