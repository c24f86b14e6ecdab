import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import { removeHome } from '../../bench/product/home.ts';
import { openEvents, type ProductEvent } from '../../bench/product/open-events.ts';
import { createProductClient, type ProductClient } from '../../bench/product/product-client.ts';
import { ClosingStack } from '../../runtime/closing-stack.ts';
import { makeTestHome, sharedServers } from '../harness/servers.ts';
import { openEmptyDatabase } from '../harness/store-database.ts';
import { until } from '../harness/until.ts';
import { spawnAtrium, type AtriumProcess } from './support/spawn-atrium.ts';

const token = 'the-token-of-this-production';
const stack = new ClosingStack();
let model: FakeOpenAi;
let environment: Record<string, string>;
let workers: AtriumProcess[];
let apis: { readonly url: string; readonly process: AtriumProcess; readonly client: ProductClient }[];

/** Temporal and PostgreSQL are there already; everything of ours is a process of its own, and all come at once. */
beforeAll(async () => {
  const database = stack.use(await openEmptyDatabase());
  model = stack.use(await openFakeOpenAi({ words: 12, wordDelayMs: 40 }));
  environment = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: sharedServers().temporalAddress,
    TEMPORAL_NAMESPACE: await createNamespace(),
    ATRIUM_TOKEN: token,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'a-key',
    ATRIUM_MODEL: 'openai:fake',
  };
  workers = await Promise.all(
    ['sessions,inference', 'inference,sessions'].map((queues) => startWorker(queues)),
  );
  apis = await Promise.all([startApi(), startApi()]);
}, 120_000);

afterAll(() => stack[Symbol.asyncDispose](), 60_000);

async function createNamespace(): Promise<string> {
  const namespace = `production-${randomUUID()}`;
  const connection = await Connection.connect({ address: sharedServers().temporalAddress });
  const workflowExecutionRetentionPeriod = msToTs('1d');
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await connection.close();
  return namespace;
}

async function startProcess(args: readonly string[]): Promise<AtriumProcess> {
  const home = await makeTestHome();
  stack.defer(() => removeHome(home));
  return stack.use(spawnAtrium({ home, args, environment }));
}

async function startWorker(queues: string): Promise<AtriumProcess> {
  const worker = await startProcess(['worker', '--queues', queues]);
  await worker.waitFor(/Working on/);
  return worker;
}

async function startApi() {
  const process = await startProcess(['api']);
  const url = /at (http:\S+)/.exec(await process.waitFor(/The API is at .*\n/))![1]!;
  return { url, process, client: createProductClient(url, token) };
}

const repliesTo = (text: string): number =>
  model.requests.filter(({ body }) => body.messages.at(-1)?.content === text).length;

describe('production as plain processes', () => {
  test('every API is ready once the workers poll', async () => {
    const answers = apis.map(({ url }) =>
      until(
        async () => {
          const answer = await fetch(`${url}/readyz`);
          return answer.status === 200 && (answer.json() as Promise<{ readonly parts: object }>);
        },
        { what: `${url} to be ready` },
      ),
    );
    for (const answer of answers) expect(Object.keys((await answer).parts)).toContain('workers');
  });

  test('a viewer on one API sees the tokens of a turn that was posted to the other', async () => {
    const [first, second] = apis as [(typeof apis)[0], (typeof apis)[0]];
    const key = await first.client.createSession();
    const closing = new AbortController();
    const seen: ProductEvent[] = [];
    const watching = (async () => {
      for await (const event of openEvents({ url: first.url, token }, key, closing.signal)) {
        seen.push(event);
        if (event.name === 'turn.finished') return;
      }
    })();
    const reply = await second.client.ask(key, 'Tell me something.');
    await watching;
    closing.abort();
    const tokens = seen.filter(({ name }) => name === 'token').map(({ data }) => String(data['text']));
    expect(tokens.length).toBeGreaterThan(1);
    expect(tokens.join('')).toBe(reply);
  });

  test('I2: each of many sessions is answered once, whichever process it meets', async () => {
    const questions = Array.from({ length: 20 }, (_, number) => `Question ${number} of ${randomUUID()}`);
    const keys = await Promise.all(
      questions.map(async (text, number) => {
        const [one, other] = [apis[number % 2]!, apis[(number + 1) % 2]!];
        const key = await one.client.createSession();
        await other.client.ask(key, text);
        return key;
      }),
    );
    for (const [number, key] of keys.entries()) {
      const messages = await apis[0]!.client.listAllMessages(key);
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
      expect(repliesTo(questions[number]!)).toBe(1);
    }
  });

  test('I1: what one worker was doing when it was told to stop is done by the other', async () => {
    const keys = await Promise.all(Array.from({ length: 6 }, () => apis[0]!.client.createSession()));
    const answers = keys.map((key) => apis[0]!.client.ask(key, 'Still there?'));
    await until(() => repliesTo('Still there?') > 0, { what: 'a model call' });
    const [stopped] = workers.splice(0, 1);
    stopped!.signal('SIGTERM');
    expect(await stopped!.ended).toBe(0);
    for (const answer of answers) expect(await answer).not.toBe('');
  });

  test('an API that is told to stop ends with 0, and the other goes on', async () => {
    const [stopped] = apis.splice(0, 1);
    stopped!.process.signal('SIGTERM');
    expect(await stopped!.process.ended).toBe(0);
    const key = await apis[0]!.client.createSession();
    expect(await apis[0]!.client.ask(key, 'And you?')).not.toBe('');
  });
});

test('a part that is not told where the servers are says which variables are missing', async () => {
  const home = await makeTestHome();
  await using alone = spawnAtrium({ home, args: ['worker'] });
  expect(await alone.ended).toBe(1);
  expect(alone.output()).toContain('set DATABASE_URL and TEMPORAL_ADDRESS');
  await removeHome(home);
});
