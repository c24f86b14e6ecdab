import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import { removeHome } from '../../bench/product/home.ts';
import { modelEnvironment } from '../../bench/product/open-bench-product.ts';
import { createProductClient, type ProductClient } from '../../bench/product/product-client.ts';
import { runAtrium } from '../../bench/product/run-command.ts';
import { ClosingStack } from '../../runtime/closing-stack.ts';
import { makeTestHome, sharedServers } from '../harness/servers.ts';
import { openEmptyDatabase } from '../harness/store-database.ts';
import { until } from '../harness/until.ts';
import { spawnAtrium, type AtriumProcess } from './support/spawn-atrium.ts';

const stack = new ClosingStack();
const token = 'the-token-of-these-queues';
let model: FakeOpenAi;
let environment: Record<string, string>;
let home: string;
let url: string;
let client: ProductClient;

beforeAll(async () => {
  const database = stack.use(await openEmptyDatabase());
  model = stack.use(await openFakeOpenAi({ words: 20, wordDelayMs: 50 }));
  environment = {
    ...modelEnvironment(model),
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: sharedServers().temporalAddress,
    TEMPORAL_NAMESPACE: await createNamespace(),
    ATRIUM_TOKEN: token,
  };
  home = await makeTestHome();
  stack.defer(() => removeHome(home));
  const api = start('api');
  url = /at (http:\S+)/.exec(await api.waitFor(/The API is at .*\n/))![1]!;
  client = createProductClient(url, token);
}, 120_000);

afterAll(() => stack[Symbol.asyncDispose](), 60_000);

async function createNamespace(): Promise<string> {
  const namespace = `queues-${randomUUID()}`;
  const connection = await Connection.connect({ address: sharedServers().temporalAddress });
  const workflowExecutionRetentionPeriod = msToTs('1d');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await connection.close();
  return namespace;
}

const start = (...args: readonly string[]): AtriumProcess =>
  stack.use(spawnAtrium({ home, args, environment }));

async function startWorker(queues: string): Promise<AtriumProcess> {
  const worker = start('worker', '--queues', queues);
  await worker.waitFor(/Working on/);
  return worker;
}

/** How often the model was asked this very question; a title is asked for in other words. */
const requestsFor = (text: string): number =>
  model.requests.filter(({ body }) => body.messages.at(-1)?.content === text).length;

/** Waits for the answers and looks whether each message has one reply. */
async function expectOneReplyEach(
  keys: readonly string[],
  answers: readonly Promise<string>[],
): Promise<void> {
  for (const answer of answers) expect(await answer).not.toBe('');
  for (const key of keys) {
    const roles = (await client.listAllMessages(key)).map(({ role }) => role);
    expect(roles).toEqual(roles.map((_role, place) => (place % 2 === 0 ? 'user' : 'assistant')));
  }
}

describe('workers of single queues, as many as one likes', () => {
  let sessions: AtriumProcess;
  let inference: AtriumProcess[];

  test('a session is answered when both queues have a worker, not before', async () => {
    sessions = await startWorker('sessions');
    const key = await client.createSession();
    const posted = await client.post(key, { text: 'Who answers?', wait: 1 });
    expect(posted.status).toBe(202);
    expect(requestsFor('Who answers?')).toBe(0);
    inference = [await startWorker('inference'), await startWorker('inference')];
    await until(async () => (await client.listAllMessages(key)).length === 2, { what: 'the reply' });
    expect(sessions.output()).toContain('Working on sessions (');
  });

  test('I1, I2: turns whose worker is killed are finished by the other one of its queue, each once', async () => {
    const keys = await Promise.all(Array.from({ length: 4 }, () => client.createSession()));
    const answers = keys.map((key) => client.ask(key, `Killed ${key}`));
    await until(() => keys.every((key) => requestsFor(`Killed ${key}`) > 0), { what: 'every model call' });
    inference[0]!.signal('SIGKILL');
    await expectOneReplyEach(keys, answers);
    expect(keys.some((key) => requestsFor(`Killed ${key}`) > 1)).toBe(true);
  });

  test('I1, I2: sessions go on after the only worker of their queue was killed and another one is there', async () => {
    const keys = await Promise.all(Array.from({ length: 4 }, () => client.createSession()));
    const answers = keys.map((key) => client.ask(key, `Gone ${key}`));
    await until(() => keys.some((key) => requestsFor(`Gone ${key}`) > 0), { what: 'a model call' });
    sessions.signal('SIGKILL');
    await startWorker('sessions');
    await expectOneReplyEach(keys, answers);
  });

  test('I9: verify is clean afterwards', async () => {
    const verify = { ATRIUM_URL: url, ATRIUM_TOKEN: token };
    expect(await runAtrium(home, ['verify'], verify)).toMatchObject({ code: 0 });
  });
});
