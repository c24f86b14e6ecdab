import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

/** What a file needs at run time, with all that it imports: packages by name. */
function packagesOf(file: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  const found = new Set<string>();
  if (seen.has(file)) return found;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)\s+(?!type\s)[^;]*?from\s+'([^']+)'/gm,
  );
  for (const [, target = ''] of imports) {
    if (!target.startsWith('.')) found.add(target);
    else for (const name of packagesOf(resolve(file, '..', target), seen)) found.add(name);
  }
  return found;
}

test.each(['chat', 'sessions', 'verify', 'rebuild', 'replay'])(
  '%s starts at once: it loads no server code and no schema library',
  (name) => {
    const packages = [...packagesOf(resolve(root, `cli/commands/${name}.ts`))];
    const outside = packages.filter((target) => !target.startsWith('node:'));
    expect(outside.toSorted()).toEqual(expect.not.arrayContaining(['zod']));
    expect(outside.filter((target) => !['commander', 'picocolors'].includes(target))).toEqual([]);
  },
);
