import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder, wherever below it this code runs: from the sources or from `dist`. */
export function findRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'cli/atrium.mjs'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`There is no Atrium above ${import.meta.dirname}.`);
    folder = parent;
  }
  return folder;
}
