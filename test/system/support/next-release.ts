import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRoot } from '../../../bench/product/root.ts';

/** The migration that only the next release has. */
export const nextMigration = '9999-next';

const migrationCode = `
import { sql } from 'kysely';
export const next = { up: async (db) => { await sql\`create table vault.next (id int)\`.execute(db); } };
`;

/**
 * What a person has after fetching a release that comes after this one: the same program, built, with one migration more.
 * Returns its folder.
 */
export async function makeNextRelease(): Promise<{ readonly root: string } & AsyncDisposable> {
  const from = findRoot();
  const root = await mkdtemp(join(tmpdir(), 'atrium-next-'));
  await mkdir(join(root, 'cli'));
  for (const name of ['package.json', 'cli/atrium.mjs', 'cli/build.mjs', 'dist'])
    await cp(join(from, name), join(root, name), { recursive: true });
  await symlink(join(from, 'node_modules'), join(root, 'node_modules'));
  await writeFile(join(root, 'dist/store/migrations/9999-next.js'), migrationCode);
  await addMigration(join(root, 'dist/store/migrate.js'));
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

async function addMigration(path: string): Promise<void> {
  const code = await readFile(path, 'utf8');
  const list = 'const migrations = {';
  if (!code.includes(list)) throw new Error(`There is no list of migrations in ${path}.`);
  const longer = code.replace(
    /const migrations = \{[^}]*/,
    (text) => `${text.trimEnd()}\n '${nextMigration}': next,\n`,
  );
  await writeFile(path, `import { next } from './migrations/9999-next.js';\n${longer}`);
}
