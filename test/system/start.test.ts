import { afterEach, describe, expect, test } from '@jest/globals';
import {
  killProcesses,
  listHomeProcesses,
  type HomeProcess,
  type Part,
} from '../../bench/product/processes.ts';
import type { Product } from '../../bench/product/product.ts';
import { runAtrium } from '../../bench/product/run-command.ts';
import { waitForEnd } from '../../runtime/process-table.ts';
import { until } from '../harness/until.ts';
import { openTestProduct, type TestProduct } from './support/open-product.ts';
import { spawnAtrium } from './support/spawn-atrium.ts';

let own: TestProduct | undefined;

afterEach(async () => {
  await own?.[Symbol.asyncDispose]();
  own = undefined;
}, 60_000);

async function startOwn(): Promise<Product> {
  own = await openTestProduct();
  return own.start();
}

const pidsOf = (processes: readonly HomeProcess[], part: Part): number[] =>
  processes.filter((process) => process.part === part).map(({ pid }) => pid);

const mainOf = (processes: readonly HomeProcess[]): number => pidsOf(processes, 'main')[0]!;

const untilNothingRuns = (product: Product): Promise<unknown> =>
  until(async () => (await product.processes()).length === 0, {
    what: 'the end of every process',
    deadlineMs: 20_000,
  });

const isReady = async ({ url }: Product): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;

/** Kills every process of one part and waits until others have taken their place. */
async function killPart(product: Product, part: Part): Promise<void> {
  const before = pidsOf(await product.processes(), part);
  expect(before).not.toEqual([]);
  await killProcesses(before);
  await until(
    async () =>
      pidsOf(await product.processes(), part).some((pid) => !before.includes(pid)) && isReady(product),
    { what: `another ${part}`, deadlineMs: 30_000, everyMs: 100 },
  );
}

describe('atrium start', () => {
  test('says what it does, then where it is and how to get in', async () => {
    const product = await startOwn();
    const health = await fetch(`${product.url}/healthz`);
    expect(health.status).toBe(200);
    const ready = (await (await fetch(`${product.url}/readyz`)).json()) as { readonly parts: object };
    expect(Object.keys(ready.parts)).toEqual(expect.arrayContaining(['database', 'temporal', 'workers']));
    await until(() => product.output().includes('Ctrl-C stops everything'), { what: 'the welcome' });
    // The two servers are started at once, the worker when both are there.
    expect(product.output()).toMatch(/Starting PostgreSQL[^]*Starting the worker/);
    expect(product.output()).toMatch(/Starting Temporal[^]*Starting the worker/);
    expect(product.output()).toContain(`${product.url}/sign-in#`);
    expect(product.output()).toContain(product.home);
    expect(product.output()).toContain('offline');
  });

  test('is refused on a home that a server runs on, with that one’s address', async () => {
    const product = await startOwn();
    const second = await runAtrium(product.home, ['start', '--home', product.home]);
    expect(second.code).toBe(1);
    expect(second.output).toContain(product.url);
    expect(await isReady(product)).toBe(true);
  });

  test('a port that is taken is said in one sentence, and nothing is left running', async () => {
    const product = await startOwn();
    const other = await openTestProduct();
    try {
      const port = new URL(product.url).port;
      const second = await runAtrium(other.home, ['start', '--home', other.home, '--port', port]);
      expect(second.code).toBe(1);
      expect(second.output).toMatch(/Cannot listen on 127\.0\.0\.1:\d+: another program does\./);
      expect(second.output).not.toContain('    at ');
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });
});

describe('a started server is told to stop', () => {
  test('Ctrl-C reaches all of its processes at once: they end, none is started again, the exit code is 0', async () => {
    const product = await startOwn();
    const processes = await product.processes();
    const parts: readonly Part[] = ['main', 'worker', 'postgres', 'temporal'];
    for (const part of parts) expect(pidsOf(processes, part)).not.toEqual([]);
    process.kill(-mainOf(processes), 'SIGINT');
    await untilNothingRuns(product);
    expect(await product.stop()).toBe(0);
    expect(product.output()).toContain('Stopped.');
    expect(product.output()).not.toContain('unexpectedly');
  });

  test.each(['SIGHUP', 'SIGTERM'] as const)('%s to the command alone ends all of it, too', async (signal) => {
    const product = await startOwn();
    process.kill(mainOf(await product.processes()), signal);
    await untilNothingRuns(product);
    expect(await product.stop()).toBe(0);
  });

  test('a second Ctrl-C does not wait for a part that hangs, and nothing is lost', async () => {
    const product = await startOwn();
    const key = await product.client.createSession();
    await product.client.ask(key, 'before');
    const processes = await product.processes();
    for (const pid of pidsOf(processes, 'worker')) process.kill(pid, 'SIGSTOP');
    process.kill(mainOf(processes), 'SIGINT');
    await until(() => product.output().includes('Stopping'), { what: 'the first to be heard' });
    const firstAt = Date.now();
    // Too soon after the first it would be taken for the same one, which a terminal and npm both pass on.
    await until(() => Date.now() - firstAt > 1000, { what: 'a second' });
    process.kill(mainOf(processes), 'SIGINT');
    expect(await waitForEnd(mainOf(processes), 2000)).toBe(true);
    await untilNothingRuns(product);
    expect(await product.stop()).toBe(1);
    const next = await own!.start();
    expect((await next.client.listAllMessages(key)).map(({ text }) => text)[0]).toBe('before');
  });

  test('Ctrl-C while it is still starting leaves nothing behind', async () => {
    own = await openTestProduct();
    const { home } = own;
    await using starting = spawnAtrium({ home, args: ['start', '--home', home, '--no-open'] });
    await starting.waitFor(/Starting PostgreSQL/);
    process.kill(-starting.pid, 'SIGINT');
    expect(await starting.ended).toBe(0);
    expect(await listHomeProcesses(home)).toEqual([]);
    expect(starting.output()).not.toContain('is ready');
  });
});

describe('I1: a part that is killed comes back by itself', () => {
  test.each(['worker', 'temporal', 'postgres'] as const)('the %s', async (part) => {
    const product = await startOwn();
    const key = await product.client.createSession();
    await product.client.ask(key, 'before');
    await killPart(product, part);
    await product.client.ask(key, 'after');
    const texts = (await product.client.listAllMessages(key)).filter(({ role }) => role === 'user');
    expect(texts.map(({ text }) => text)).toEqual(['before', 'after']);
  });

  test('everything: servers that outlive the start are adopted, and what was said is there', async () => {
    const product = await startOwn();
    const key = await product.client.createSession();
    await product.client.ask(key, 'before');
    const main = mainOf(await product.processes());
    const temporal = pidsOf(await product.processes(), 'temporal');
    await killProcesses([main]);
    const next = await own!.start();
    expect(pidsOf(await next.processes(), 'temporal')).toEqual(temporal);
    await next.client.ask(key, 'after a killed start');
    await next.kill();
    const last = await own!.start();
    await last.client.ask(key, 'after all was killed');
    const texts = (await last.client.listAllMessages(key)).filter(({ role }) => role === 'user');
    expect(texts.map(({ text }) => text)).toEqual(['before', 'after a killed start', 'after all was killed']);
  }, 120_000);
});
