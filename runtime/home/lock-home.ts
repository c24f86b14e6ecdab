import { link, rename, rm, writeFile } from 'node:fs/promises';
import { errorCode } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';
import { findIdentity } from '../process-table.ts';
import { noteFile, readServerNote, type ServerNote } from './server-note.ts';

export interface HomeLock extends AsyncDisposable {
  /** Adds to the note what clients need to find the server. */
  announce(facts: Omit<ServerNote, 'pid' | 'identity'>): Promise<void>;
}

/**
 * Makes this process the only server of the home. The lock of a process that is gone is taken over. Throws AtriumError
 * `home-in-use` with the address of the server that has it.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  const own: ServerNote = { pid: process.pid, identity: (await findIdentity(process.pid)) ?? '' };
  const draft = `${noteFile(home)}.${process.pid}`;
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    while (!(await takeFile(draft, noteFile(home)))) await removeStale(home);
  } finally {
    await rm(draft, { force: true });
  }
  return {
    async announce(facts) {
      await writeFile(draft, `${JSON.stringify({ ...own, ...facts }, null, 2)}\n`, { mode: 0o600 });
      await rename(draft, noteFile(home));
    },
    [Symbol.asyncDispose]: () => rm(noteFile(home), { force: true }),
  };
}

/** Gives the draft its name in one step, so that nobody sees a lock without its owner; false when the name is taken. */
async function takeFile(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(home: string): Promise<void> {
  const note = readServerNote(home);
  if (note !== undefined && (await isOwnerRunning(note))) throw inUse(home, note);
  const aside = `${noteFile(home)}.stale-${process.pid}`;
  // Moved, not removed: two who find the same stale lock must not both remove, the second would hit the first's new one.
  await rename(noteFile(home), aside).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Whether the process that wrote the note is the one that has its number now. */
export async function isOwnerRunning(note: ServerNote): Promise<boolean> {
  const identity = await findIdentity(note.pid);
  return identity !== undefined && identity === note.identity;
}

const inUse = (home: string, note: ServerNote): AtriumError => {
  const place = note.url === undefined ? 'It is just starting' : `It is at ${note.url}`;
  return new AtriumError(
    'conflict',
    'home-in-use',
    `Atrium already runs on ${home}. ${place} (process ${note.pid}). ` +
      'Stop it with Ctrl-C where it was started, or give this one another ATRIUM_HOME.',
  );
};
