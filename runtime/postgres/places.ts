import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readdir, realpath, rename, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtriumError } from '../../domain/atrium-error.ts';
import { canReach, type OsUser } from '../os-user.ts';

/** Where the embedded database of a home lives. */
export interface PostgresPlaces {
  /** Holds the cluster, and the socket when its path is short enough. */
  readonly folder: string;
  readonly socketFolder: string;
}

/** Addresses of unix sockets end after 103 bytes on some systems. */
const longestSocketPath = 103;

/**
 * The folder `postgres` of the home. When root starts the server its own user must be able to walk there; where a closed
 * parent forbids that, `postgres` is a link to a folder in the system's state directory, named by a hash of the home.
 * No mode of an existing folder is changed. Throws AtriumError `postgres-unreachable`.
 */
export async function preparePlaces(home: string, user: OsUser | undefined): Promise<PostgresPlaces> {
  const folder = await prepareFolder(home, user);
  const socketFolder = fitsSocket(folder) ? folder : await prepareSocketFolder(home, user);
  return { folder, socketFolder };
}

/** The places of a home as they are, without making anything; undefined when nothing is there. */
export async function findPostgresFolder(home: string): Promise<string | undefined> {
  return realpath(join(home, 'postgres')).catch(() => undefined);
}

async function prepareFolder(home: string, user: OsUser | undefined): Promise<string> {
  const inHome = join(home, 'postgres');
  const isThere = await lstat(inHome).then(
    () => true,
    () => false,
  );
  if (!isThere && user !== undefined && !(await canReach(user, home))) {
    const outside = stateFolder(home);
    await setAside(outside);
    await makePrivate(outside, user);
    await symlink(outside, inHome);
  }
  if (!isThere && (user === undefined || (await canReach(user, home)))) await makePrivate(inHome, user);
  const folder = await realpath(inHome);
  if (user !== undefined && !(await canReach(user, folder)))
    throw new AtriumError(
      'forbidden',
      'postgres-unreachable',
      `Cannot start PostgreSQL: root may not run it, and the user ${user.name} cannot reach ${folder}. ` +
        'Give that user search permission (chmod o+x) on the folders above it, or start Atrium as another user.',
    );
  return folder;
}

const stateFolder = (home: string): string =>
  join(process.platform === 'darwin' ? '/var/db' : '/var/lib', 'atrium', hashOf(home));

/** What is here belongs to a home that was removed; it is kept, out of the way of the new one. */
async function setAside(folder: string): Promise<void> {
  const facts = await stat(folder).catch(() => undefined);
  if (facts === undefined || (await readdir(folder)).length === 0) return;
  await rename(folder, `${folder}.until-${Date.now()}`);
}

async function prepareSocketFolder(home: string, user: OsUser | undefined): Promise<string> {
  const folder = [tmpdir(), '/tmp'].map((parent) => join(parent, `atrium-${hashOf(home)}`)).find(fitsSocket);
  if (folder === undefined) throw new AtriumError('invalid', 'bad-tmpdir', 'The path of TMPDIR is too long.');
  await makePrivate(folder, user);
  return folder;
}

/** A folder that only the server's user can enter. A folder of somebody else that is there already is refused. */
async function makePrivate(folder: string, user: OsUser | undefined): Promise<void> {
  const parent = join(folder, '..');
  if ((await stat(parent).catch(() => undefined)) === undefined)
    await mkdir(parent, { recursive: true, mode: 0o755 });
  const isNew = await mkdir(folder, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  const owner = user?.uid ?? process.getuid?.();
  const facts = await lstat(folder);
  if (!isNew && (!facts.isDirectory() || (facts.uid !== owner && facts.uid !== process.getuid?.())))
    throw new AtriumError(
      'forbidden',
      'postgres-unreachable',
      `${folder} belongs to somebody else. Remove it.`,
    );
  await chmod(folder, 0o700);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
}

const fitsSocket = (folder: string): boolean =>
  Buffer.byteLength(join(folder, '.s.PGSQL.5432')) < longestSocketPath;

const hashOf = (home: string): string => createHash('sha256').update(home).digest('hex').slice(0, 16);
