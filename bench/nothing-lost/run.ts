/**
 * Twenty people talk while the server is killed again and again. The same code for a short run among the tests and a long
 * one by hand.
 */
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatRequest } from '../fake-openai.ts';
import { modelLog, openBenchProduct, type BenchProduct } from '../product/open-bench-product.ts';
import type { ProductClient } from '../product/product-client.ts';
import type { Product } from '../product/product.ts';
import { runAtrium } from '../product/run-command.ts';
import { judgeRequest, judgeSession, refusedIds, type SessionRecord } from './judge.ts';
import { between, createRandom, type Random } from './random.ts';
import { planTargets, strike } from './strike.ts';
import { talk, type AcceptedMessage } from './talker.ts';

export interface NothingLostOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface NothingLostReport {
  /** Breaches of the invariants, as sentences. */
  readonly breaches: readonly string[];
  readonly acceptedCount: number;
  /** Those of them whose outcome was that too many waited. */
  readonly refusedCount: number;
  readonly requestCount: number;
  readonly verifyCode: number | null;
  readonly verifyOutput: string;
  /** How long each start after a kill of everything took; milliseconds. */
  readonly restartMs: readonly number[];
}

const sessionCount = 20;

/** Runs the rounds and judges what is there afterwards. */
export async function runNothingLost(options: NothingLostOptions): Promise<NothingLostReport> {
  const { rounds, seed, say } = options;
  say(`${rounds} rounds with seed ${seed}`);
  const random = createRandom(seed);
  await using bench = await openBenchProduct({ words: 20, latencyMs: 150, wordDelayMs: 15, keepsLog: true });
  const stage: Stage = { product: await bench.start() };
  const keys = await createSessions(stage.product.client);
  const stop = new AbortController();
  setMaxListeners(sessionCount, stop.signal);
  const talking = Promise.all(
    keys.map((key) =>
      talk({
        key,
        random: createRandom(random() * 1e9),
        client: () => stage.product.client,
        signal: stop.signal,
      }),
    ),
  );
  // It is looked at below; until then a failure must not end the process.
  talking.catch(() => undefined);
  const restartMs = await runRounds(bench, stage, { ...options, random });
  stop.abort();
  const accepted = await talking;
  say(`${accepted.flat().length} messages were accepted; waiting for the last outcomes`);
  const records = await collect(stage.product.client, keys, accepted);
  return { ...(await judge(bench, records)), restartMs };
}

interface Stage {
  product: Product;
}

async function createSessions(client: ProductClient): Promise<readonly string[]> {
  const names = Array.from({ length: sessionCount }, (_, index) => `room-${index + 1}`);
  return Promise.all(names.map((name) => client.createSession(name)));
}

async function runRounds(
  bench: BenchProduct,
  stage: Stage,
  { rounds, random, say }: NothingLostOptions & { readonly random: Random },
): Promise<readonly number[]> {
  const restarts: number[] = [];
  for (const [index, target] of planTargets(random, rounds).entries()) {
    const afterMs = between(random, 500, 5000);
    await sleep(afterMs);
    say(`round ${index + 1}: ${target} after ${Math.round(afterMs)} ms`);
    stage.product = await strike(target, stage.product, () => bench.start());
    if (target === 'everything') restarts.push(stage.product.readyMs);
  }
  return restarts;
}

/** Waits until nothing runs or waits any more, then reads every transcript. */
async function collect(
  client: ProductClient,
  keys: readonly string[],
  accepted: readonly (readonly AcceptedMessage[])[],
): Promise<readonly SessionRecord[]> {
  const deadline = Date.now() + 120_000;
  return Promise.all(
    keys.map(async (key, index) => {
      const own = accepted[index] ?? [];
      for (;;) {
        const messages = await client.listAllMessages(key);
        if (isAnswered(own, messages) || Date.now() > deadline) return { key, accepted: own, messages };
        await sleep(500);
      }
    }),
  );
}

const isAnswered = (accepted: readonly AcceptedMessage[], messages: SessionRecord['messages']): boolean => {
  const answered = new Set(messages.map(({ replyTo }) => replyTo));
  return accepted.every(({ id }) => answered.has(id));
};

async function judge(
  bench: BenchProduct,
  records: readonly SessionRecord[],
): Promise<Omit<NothingLostReport, 'restartMs'>> {
  const requests = await readRequests(modelLog(bench.home));
  const refused = new Set(records.flatMap(({ messages }) => [...refusedIds(messages)]));
  const verify = await runAtrium(bench.home, ['verify']);
  return {
    breaches: [
      ...records.flatMap(judgeSession),
      ...requests.flatMap((request, index) => judgeRequest(request, index + 1, refused)),
    ],
    refusedCount: refused.size,
    acceptedCount: records.flatMap(({ accepted }) => accepted).length,
    requestCount: requests.length,
    verifyCode: verify.code,
    verifyOutput: verify.output,
  };
}

/** What the model server wrote down itself before it answered. */
async function readRequests(logFile: string): Promise<readonly ChatRequest[]> {
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n');
  return lines.flatMap((line) => {
    const entry = JSON.parse(line) as { readonly body?: ChatRequest };
    return entry.body ?? [];
  });
}
