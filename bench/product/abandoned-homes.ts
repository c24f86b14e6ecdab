import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../runtime/process-table.ts';
import { homePrefix, removeHome } from './home.ts';
import { killHome } from './product.ts';

/** Ends what runs that were killed have left behind, and removes their homes. */
export const endAbandonedHomes = (): Promise<void> => endHomes(async (owner) => !(await isRunning(owner)));

/** Ends everything that this process has started, before it ends itself. */
export const endOwnHomes = (): Promise<void> => endHomes((owner) => Promise.resolve(owner === process.pid));

async function endHomes(isChosen: (owner: number) => Promise<boolean>): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${homePrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || !(await isChosen(Number(owner)))) continue;
    const home = join(tmpdir(), name);
    await killHome(home);
    await removeHome(home);
  }
}
