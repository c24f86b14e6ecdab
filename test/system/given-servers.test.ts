import { randomUUID } from 'node:crypto';
import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { removeHome } from '../../bench/product/home.ts';
import { killHome, startProduct, type Product } from '../../bench/product/product.ts';
import { runAtrium } from '../../bench/product/run-command.ts';
import { ClosingStack } from '../../runtime/closing-stack.ts';
import { makeTestHome, sharedServers } from '../harness/servers.ts';
import { openEmptyDatabase } from '../harness/store-database.ts';

let stack = new ClosingStack();
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  stack = new ClosingStack();
}, 60_000);

async function makeHome(): Promise<string> {
  const home = await makeTestHome();
  stack.defer(() => removeHome(home));
  stack.defer(() => killHome(home));
  return home;
}

async function partsOf(product: Product): Promise<readonly string[]> {
  const parts = new Set((await product.processes()).map(({ part }) => part));
  return [...parts].toSorted();
}

describe('atrium start beside servers that somebody else runs', () => {
  test('with DATABASE_URL it starts no PostgreSQL, and leaves the one that was named alone', async () => {
    const database = stack.use(await openEmptyDatabase());
    const product = await startProduct({
      home: await makeHome(),
      environment: { DATABASE_URL: database.url },
    });
    expect(await partsOf(product)).toEqual(['main', 'temporal', 'worker']);
    await product.client.ask('home', 'hello');
    expect(await product.stop()).toBe(0);
    const rows = await database.kysely.selectFrom('projection.session').select('key').execute();
    expect(rows).toEqual([{ key: 'home' }]);
  });

  test('with TEMPORAL_ADDRESS it starts no Temporal, and works in the namespace that was named', async () => {
    const { temporalAddress } = sharedServers();
    const namespace = `given-${randomUUID()}`;
    const connection = await Connection.connect({ address: temporalAddress });
    stack.defer(() => connection.close());
    const home = await makeHome();
    const environment = { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: namespace };
    const refused = await runAtrium(home, ['start', '--home', home], environment);
    expect(refused).toEqual({ code: 1, output: expect.stringContaining(`has no namespace "${namespace}"`) });
    const workflowExecutionRetentionPeriod = msToTs('1d');
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
    const product = await startProduct({ home, environment });
    expect(await partsOf(product)).toEqual(['main', 'postgres', 'worker']);
    await product.client.ask('home', 'hello');
    expect(await product.stop()).toBe(0);
  });

  test('a server that does not answer is named, with what to do, and nothing is left running', async () => {
    const home = await makeHome();
    const temporal = await runAtrium(home, ['start', '--home', home], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(temporal.code).toBe(1);
    expect(temporal.output).toContain('Cannot reach Temporal at 127.0.0.1:1');
    expect(temporal.output).toContain('TEMPORAL_ADDRESS');
    const database = await runAtrium(home, ['start', '--home', home], {
      DATABASE_URL: 'postgresql://somebody:secret@127.0.0.1:1/atrium',
    });
    expect(database.code).toBe(1);
    expect(database.output).toContain('DATABASE_URL');
    expect(database.output).not.toContain('secret');
  });
});

// Only root needs another account for PostgreSQL.
if (process.getuid?.() === 0)
  test('as root with a home that is closed to all others, PostgreSQL lives outside of it and doctor says where', async () => {
    const parent = await makeHome();
    await chmod(parent, 0o700);
    const home = join(parent, 'home');
    await mkdir(home, { mode: 0o700 });
    const product = await startProduct({ home });
    await product.client.ask('home', 'hello');
    const outside = await realpath(join(home, 'postgres'));
    stack.defer(() => removeHome(outside));
    expect(outside).toMatch(/^\/var\/lib\/atrium\//);
    const doctor = await runAtrium(home, ['doctor', '--home', home]);
    expect(doctor).toEqual({ code: 0, output: expect.stringContaining(outside) });
    expect((await stat(home)).mode & 0o777).toBe(0o700);
    expect(await product.stop()).toBe(0);
  });
