import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const homePrefix = 'atrium-bench-';

/**
 * A data folder of its own with a short path, because a unix socket lies in it. Its name has the process that made it,
 * so that what a killed run left can be told from what is in use.
 */
export async function makeHome(configuration?: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), `${homePrefix}${process.pid}-`));
  // Under root PostgreSQL runs as another user, which has to get in.
  await chmod(home, 0o711);
  if (configuration !== undefined) await writeFile(join(home, 'atrium.yaml'), configuration);
  return home;
}

export const removeHome = (home: string): Promise<void> => rm(home, { recursive: true, force: true });
