import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { runAtrium } from '../../bench/product/run-command.ts';
import { openTestProduct } from './support/open-product.ts';

const large = 'a long story '.repeat(16_000);

describe('atrium backup and start --from', () => {
  test('I9: a home that is made from a backup has all that was said, and verify is clean', async () => {
    await using from = await openTestProduct();
    const first = await from.start();
    const key = await first.client.createSession('trip');
    await first.client.ask(key, 'the first thing');
    await first.client.ask(key, large);
    await first.client.call('POST', `/api/sessions/${key}/archive`, {});
    const other = await first.client.createSession();
    await first.client.ask(other, 'something else');
    const before = await first.client.listAllMessages(key);
    const file = join(from.home, 'backup.tar.gz');
    const backup = await runAtrium(from.home, ['backup', file]);
    expect(backup).toEqual({ code: 0, output: expect.stringContaining(file) });
    // What is said after it is not in it.
    await first.client.ask(other, 'too late');
    expect(await first.stop()).toBe(0);

    await using to = await openTestProduct();
    const second = await to.start({ args: ['--from', file] });
    expect(await second.client.listAllMessages(key)).toEqual(before);
    const { body } = await second.client.call<{ readonly status: string }>('GET', `/api/sessions/${key}`);
    expect(body).toMatchObject({ key, status: 'archived' });
    expect((await second.client.listAllMessages(other)).map(({ text }) => text)).not.toContain('too late');
    expect((await runAtrium(to.home, ['verify'])).code).toBe(0);
    await second.client.ask(other, 'it goes on');
    expect(await second.stop()).toBe(0);
    // Later starts restore nothing.
    const third = await to.start();
    expect((await third.client.listAllMessages(other)).map(({ text }) => text)).toContain('it goes on');
  }, 180_000);

  test('a home that is not empty is not touched', async () => {
    await using from = await openTestProduct();
    const first = await from.start();
    const file = join(from.home, 'backup.tar.gz');
    expect((await runAtrium(from.home, ['backup', file])).code).toBe(0);
    await first.stop();
    const again = await runAtrium(from.home, ['start', '--home', from.home, '--from', file]);
    expect(again.code).toBe(1);
    expect(again.output).toContain('Name an empty folder');
  });

  test('what is no backup is refused, and a home without a server cannot be backed up', async () => {
    await using product = await openTestProduct();
    const start = ['start', '--home', product.home, '--from', join(import.meta.dirname, 'backup.test.ts')];
    const restored = await runAtrium(product.home, start);
    expect(restored.code).toBe(1);
    expect(restored.output).toContain('Cannot read');
    const backup = await runAtrium(product.home, ['backup', join(product.home, 'backup.tar.gz')]);
    expect(backup.code).toBe(1);
    expect(backup.output).toContain('no server runs on it');
  });
});
