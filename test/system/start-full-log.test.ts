import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { HomeProcess } from '../../bench/product/processes.ts';
import { openTestProduct } from './support/open-product.ts';

/** Takes every write and says that there is no space left. Only Linux has it. */
const fullDisk = '/dev/full';

const workersOf = (processes: readonly HomeProcess[]): number[] =>
  processes.filter(({ part }) => part === 'worker').map(({ pid }) => pid);

if (existsSync(fullDisk))
  test('a worker whose log does not take another line goes on', async () => {
    await using own = await openTestProduct();
    await mkdir(join(own.home, 'logs'));
    await symlink(fullDisk, join(own.home, 'logs/worker.log'));
    const product = await own.start();
    const workers = workersOf(await product.processes());
    const key = await product.client.createSession();
    for (let turn = 1; turn <= 3; turn += 1) await product.client.ask(key, `turn ${turn}`);
    expect(workersOf(await product.processes())).toEqual(workers);
    expect(product.output()).not.toContain('unexpectedly');
    expect(await product.stop()).toBe(0);
  });
