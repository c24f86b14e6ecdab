import { chmod, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { killHome, startProduct } from '../../bench/product/product.ts';
import { runAtrium } from '../../bench/product/run-command.ts';

let parent: string;
let home: string;

/** As root's own home is on many machines: closed, and below a closed folder. */
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'atrium-closed-'));
  home = join(parent, 'home');
  await mkdir(home);
  for (const folder of [home, parent]) await chmod(folder, 0o700);
});

afterEach(async () => {
  await killHome(home);
  // Under root it is outside: PostgreSQL's own user cannot enter a closed folder.
  const data = await realpath(join(home, 'postgres')).catch(() => home);
  for (const folder of [data, parent]) await rm(folder, { recursive: true, force: true });
}, 60_000);

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('a home that only its owner may enter works, stays closed, and doctor tells where its database is', async () => {
  const first = await startProduct({ home });
  const key = await first.client.createSession();
  await first.client.ask(key, 'before');
  const doctor = await runAtrium(home, ['doctor']);
  expect(doctor.output).toContain(`data in ${await realpath(join(home, 'postgres'))}`);
  expect(doctor.code).toBe(0);
  expect(await first.stop()).toBe(0);
  const second = await startProduct({ home });
  await second.client.ask(key, 'after');
  const texts = (await second.client.listAllMessages(key)).filter(({ role }) => role === 'user');
  expect(texts.map(({ text }) => text)).toEqual(['before', 'after']);
  expect([await modeOf(parent), await modeOf(home)]).toEqual(['700', '700']);
  expect(await second.stop()).toBe(0);
}, 120_000);
