import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { parts } from '../../runtime/backup/manifest.ts';
import { unpackBackup } from '../../runtime/backup/restore-backup.ts';
import { runProgram } from '../../runtime/run-program.ts';
import { newestMigration } from '../../store/migrate.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atrium-unpack-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const manifest = { format: 1, createdAt: '', schema: newestMigration(), postgres: '18', temporal: '1.32' };

/** A file as `atrium backup` writes it, with these contents. */
async function makeArchive(name: string, contents: Readonly<Record<string, string>>): Promise<string> {
  const content = join(folder, `${name}-content`);
  await mkdir(content);
  for (const [part, text] of Object.entries(contents)) await writeFile(join(content, part), text);
  const file = join(folder, `${name}.tar.gz`);
  await runProgram('tar', ['-C', content, '-czf', file, '.']);
  return file;
}

const whole = {
  [parts.manifest]: JSON.stringify(manifest),
  [parts.temporal]: 'histories'.repeat(1000),
  [parts.database]: 'a dump',
};

const configOf = (home: string, variables: Readonly<Record<string, string>> = {}): Config =>
  loadConfig({ home }, { HOME: folder, ...variables });

describe('start --from', () => {
  test('takes a whole backup into an empty home', async () => {
    const home = join(folder, 'home-whole');
    await unpackBackup(configOf(home), await makeArchive('whole', whole));
    expect(await readFile(join(home, 'temporal', parts.temporal), 'utf8')).toBe(whole[parts.temporal]);
    expect(await readdir(join(home, 'restore'))).toContain(parts.database);
  });

  const withManifest = (changes: object) => ({
    ...whole,
    [parts.manifest]: JSON.stringify({ ...manifest, ...changes }),
  });
  const bad = {
    'has no manifest': [{ letter: 'Dear friend' }, /not a file that "atrium backup" wrote/],
    'has a manifest of nonsense': [{ ...whole, [parts.manifest]: '{' }, /does not know its layout/],
    'has a later layout': [withManifest({ format: 2 }), /does not know its layout/],
    'is of a later release': [
      withManifest({ schema: '9999-x' }),
      /newer release of Atrium made it \(9999-x\)/,
    ],
    'has no database': [{ ...whole, [parts.database]: undefined }, /database\.dump is missing/],
    'has no histories': [{ ...whole, [parts.temporal]: undefined }, /temporal\.db is missing/],
  } as const;

  test.each(Object.entries(bad))(
    'a file that %s is refused, and the home stays empty',
    async (what, given) => {
      const [contents, reason] = given;
      const present = Object.entries(contents).flatMap(([part, text]) =>
        text === undefined ? [] : [[part, text] as const],
      );
      const file = await makeArchive(what.replaceAll(' ', '-'), Object.fromEntries(present));
      await expectRefusal(file, reason);
    },
  );

  test('a file that is cut off, is no archive, or is not there is refused, too', async () => {
    const file = await makeArchive('to-cut', {
      ...whole,
      [parts.database]: String(Math.random()).repeat(50),
    });
    const bytes = await readFile(file);
    const cut = join(folder, 'cut.tar.gz');
    await writeFile(cut, bytes.subarray(0, bytes.length - 40));
    await expectRefusal(cut, /^Cannot read .*cut\.tar\.gz: /);
    await writeFile(cut, 'Dear friend');
    await expectRefusal(cut, /^Cannot read .*cut\.tar\.gz: /);
    await expectRefusal(join(folder, 'nowhere.tar.gz'), /there is no such file/);
    await expectRefusal(folder, /it is not a file/);
  });

  test('a home with data is not touched', async () => {
    const home = join(folder, 'home-used');
    await mkdir(join(home, 'postgres'), { recursive: true });
    const file = await makeArchive('for-used', whole);
    await expect(unpackBackup(configOf(home), file)).rejects.toThrow(/it already has postgres/);
    expect(await readdir(home)).toEqual(['postgres']);
  });

  test('servers that Atrium does not run are not filled', async () => {
    const config = configOf(join(folder, 'home-external'), { DATABASE_URL: 'postgresql://there/x' });
    await expect(unpackBackup(config, await makeArchive('external', whole))).rejects.toThrow(
      /unset DATABASE_URL/,
    );
  });
});

async function expectRefusal(file: string, reason: RegExp): Promise<void> {
  const home = await mkdtemp(join(folder, 'home-'));
  await expect(unpackBackup(configOf(home), file)).rejects.toThrow(reason);
  expect((await readdir(home)).filter((name) => name !== 'logs')).toEqual([]);
}
