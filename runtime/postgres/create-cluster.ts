import { access, chown, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AtriumError } from '../../domain/atrium-error.ts';
import { isAtLeast } from '../binaries/version.ts';
import type { PostgresBinaries } from '../binaries/find-postgres.ts';
import type { OsUser } from '../os-user.ts';
import { runProgram } from '../run-program.ts';
import { query, socketUrl } from './postmaster.ts';

const majorOf = (version: string): string => version.split('.')[0] ?? version;

/**
 * The cluster's folder, made by `initdb` when the home has none. It is made under another name first, so a killed first
 * start leaves nothing half done. A cluster of another major version is refused: AtriumError `postgres-other-major`.
 */
export async function createCluster(
  folder: string,
  binaries: PostgresBinaries,
  user: OsUser | undefined,
): Promise<string> {
  const dataFolder = join(folder, `pg${majorOf(binaries.version)}`);
  if (await isThere(join(dataFolder, 'PG_VERSION'))) return dataFolder;
  const other = (await readdir(folder)).find((name) => /^pg\d+$/.test(name));
  if (other !== undefined)
    throw new AtriumError(
      'conflict',
      'postgres-other-major',
      `Cannot start PostgreSQL ${binaries.version}: this home's database is of PostgreSQL ${other.slice(2)}. ` +
        'Back it up with the version that made it (atrium backup FILE) and start a new home from that file.',
    );
  const unfinished = join(folder, `new-${process.pid}`);
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== undefined) await chown(unfinished, user.uid, user.gid);
  await runProgram(join(binaries.binFolder, 'initdb'), initdbArgs(unfinished, binaries.version), {
    user,
    cwd: '/',
  });
  await rename(unfinished, dataFolder).catch(async (error: unknown) => {
    // Another start was faster.
    if (!(await isThere(join(dataFolder, 'PG_VERSION')))) throw error;
    await rm(unfinished, { recursive: true, force: true });
  });
  return dataFolder;
}

/** Makes the database `atrium` with its extensions where they are missing. */
export async function createDatabase(socketFolder: string): Promise<void> {
  const found = await query(
    socketUrl(socketFolder, 'postgres'),
    "select 1 from pg_database where datname = 'atrium'",
  );
  if (found.length === 0) await query(socketUrl(socketFolder, 'postgres'), 'create database atrium');
  for (const extension of ['vector', 'pg_trgm', 'unaccent'])
    await query(socketUrl(socketFolder, 'atrium'), `create extension if not exists ${extension}`);
}

/** Access is by the socket alone, and only the server's own user and root get to that: nobody needs a password. */
const initdbArgs = (folder: string, version: string): string[] => {
  const entry = ['-U', 'atrium', '--auth=trust', '--no-instructions'];
  const locale = ['--encoding=UTF8', '--locale=C'];
  const builtin = isAtLeast(version, '17') ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  return ['-D', folder, ...entry, ...locale, ...builtin, '--set', 'dynamic_shared_memory_type=mmap'];
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
