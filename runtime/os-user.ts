import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** An account of this machine. */
export interface OsUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account that PostgreSQL runs as when this process is root, which PostgreSQL refuses; undefined for everybody else.
 * `owner` is the uid that already owns the data, which then stays.
 */
export async function findServerUser(owner?: number): Promise<OsUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const named = (name: string): OsUser | undefined => users.find((user) => user.name === name);
  const owning = owner === undefined || owner === 0 ? undefined : users.find((user) => user.uid === owner);
  return owning ?? named('postgres') ?? named('nobody') ?? { name: 'nobody', uid: 65_534, gid: 65_534 };
}

/** The accounts in the text of a passwd file. */
export function parsePasswd(text: string): OsUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name === undefined || uid === undefined ? [] : [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** Whether the user may walk to this folder, or to the nearest of its parents that exists: search permission all the way up. */
export async function canReach(user: OsUser, folder: string): Promise<boolean> {
  const parent = dirname(folder);
  const facts = await stat(folder).catch(() => undefined);
  if (facts !== undefined) {
    const bit = facts.uid === user.uid ? 0o100 : facts.gid === user.gid ? 0o010 : 0o001;
    if ((facts.mode & bit) === 0) return false;
  }
  return parent === folder || canReach(user, parent);
}
