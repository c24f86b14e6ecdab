import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createProductClient } from '../../bench/product/product-client.ts';
import { runAtrium } from '../../bench/product/run-command.ts';
import { readServerNote } from '../../runtime/home/server-note.ts';
import { makeNextRelease, nextMigration } from './support/next-release.ts';
import { openTestProduct } from './support/open-product.ts';
import { spawnAtrium } from './support/spawn-atrium.ts';

const start = (home: string): string[] => ['start', '--home', home, '--no-open'];

async function clientOf(home: string) {
  const token = (await readFile(join(home, 'token'), 'utf8')).trim();
  return createProductClient(readServerNote(home)!.url!, token);
}

describe('a new release', () => {
  test('backs up, then migrates; the release before it refuses the home, and takes the backup', async () => {
    await using product = await openTestProduct();
    const { home } = product;
    const before = await product.start();
    const key = await before.client.createSession();
    await before.client.ask(key, 'said before the upgrade');
    expect(await before.stop()).toBe(0);

    await using release = await makeNextRelease();
    const next = spawnAtrium({ home, args: start(home), root: release.root });
    await next.waitFor(/Atrium is ready/);
    expect(next.output()).toMatch(/Backing up to [^]*Migrating the database \(9999-next\)/);
    const client = await clientOf(home);
    await client.ask(key, 'said after it');
    next.signal('SIGINT');
    expect(await next.ended).toBe(0);
    const [backup, ...others] = await readdir(join(home, 'backups'));
    expect(others).toEqual([]);

    // The release before: refused in a sentence, again and again, and the newer one finds all as it was.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const refused = await runAtrium(home, start(home));
      expect(refused.code).toBe(1);
      expect(refused.output).toContain(`a newer release of Atrium has changed it (${nextMigration})`);
      expect(refused.output).not.toContain('    at ');
    }
    const again = spawnAtrium({ home, args: start(home), root: release.root });
    await again.waitFor(/Atrium is ready/);
    expect(again.output()).not.toContain('Backing up');
    const texts = (await (await clientOf(home)).listAllMessages(key)).filter(({ role }) => role === 'user');
    expect(texts.map(({ text }) => text)).toEqual(['said before the upgrade', 'said after it']);
    const newer = join(home, 'newer.tar.gz');
    expect((await runAtrium(home, ['backup', newer])).code).toBe(0);
    again.signal('SIGINT');
    expect(await again.ended).toBe(0);

    await using old = await openTestProduct();
    const tooNew = await runAtrium(old.home, [...start(old.home), '--from', newer]);
    expect(tooNew.code).toBe(1);
    expect(tooNew.output).toContain(`a newer release of Atrium made it (${nextMigration})`);
    const back = await old.start({ args: ['--from', join(home, 'backups', backup!)] });
    const kept = (await back.client.listAllMessages(key)).filter(({ role }) => role === 'user');
    expect(kept.map(({ text }) => text)).toEqual(['said before the upgrade']);
    expect((await runAtrium(old.home, ['verify'])).code).toBe(0);
  }, 180_000);
});
