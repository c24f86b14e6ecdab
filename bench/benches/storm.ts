/** A provider that refuses, fails and breaks off: what becomes of messages, and what it costs. */
import type { FakeAnswer } from '../fake-openai-answer.ts';
import type { FakeRequest } from '../fake-openai.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { judgeSession, type SessionRecord } from '../nothing-lost/judge.ts';
import { createRandom } from '../nothing-lost/random.ts';
import { messageId, messageText, type AcceptedMessage } from '../nothing-lost/talker.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import type { ProductClient } from '../product/product-client.ts';

export const storm: Bench = {
  name: 'storm',
  title: '1,000 messages to a provider of which 30 % are answered 429, 10 % 500, and 5 % cut',
  isOnRequest: true,
  run: measureStorm,
};

const sessionCount = 50;
const messagesEach = 20;
const shares = { limited: 0.3, failed: 0.1, cut: 0.05 };
/** What each call costs at least when its fate does not depend on others, and a failed one is made again. */
const floor = 1 / (1 - shares.limited - shares.failed - shares.cut);

async function measureStorm({ seed, say }: BenchContext): Promise<readonly Measurement[]> {
  const faults = countFaults(seed);
  await using bench = await openBenchProduct({ words: 20, latencyMs: 100, answer: faults.answer });
  const { client } = await bench.start();
  const names = Array.from({ length: sessionCount }, (_, index) => `storm-${index + 1}`);
  const keys = await Promise.all(names.map((name) => client.createSession(name)));
  say(`${sessionCount} sessions × ${messagesEach} messages, seed ${seed}`);
  const startedAt = performance.now();
  const records = await Promise.all(keys.map((key) => talk(client, key)));
  const elapsedS = (performance.now() - startedAt) / 1_000;
  const replies = bench.model.requests.filter((request) => !isTitle(request)).length;
  const titles = bench.model.requests.length - replies;
  const breaches = records.flatMap(judgeSession);
  for (const breach of breaches) say(breach);
  return [
    ...judgements(records, breaches.length),
    {
      what: 'calls a message (floor: each fault independent, each failed call made again)',
      value: replies / (sessionCount * messagesEach),
      floor,
      unit: 'calls',
      limit: { of: 'value', atMost: 1.7 },
      note: `${replies} calls, of them ${faults.count.limited} × 429, ${faults.count.failed} × 500, ${faults.count.cut} cut`,
    },
    { what: 'calls for titles until the last outcome', value: titles, unit: 'calls' },
    { what: 'until the last outcome', value: elapsedS, unit: 's' },
  ];
}

function judgements(records: readonly SessionRecord[], breachCount: number): readonly Measurement[] {
  const messages = records.flatMap((record) => record.messages);
  const wanted = sessionCount * messagesEach;
  const outcomes = new Set(messages.flatMap(({ replyTo }) => replyTo ?? [])).size;
  const replied = messages.filter(({ role, status }) => role === 'assistant' && status === 'complete').length;
  return [
    {
      what: 'messages with an outcome',
      value: outcomes,
      unit: 'rows',
      limit: { of: 'value', atLeast: wanted },
    },
    { what: 'of them with a whole reply', value: replied, unit: 'rows' },
    {
      what: 'lost, doubled or out of order',
      value: breachCount,
      unit: 'rows',
      limit: { of: 'value', atMost: 0 },
    },
  ];
}

/** One message after the other; the same again until it has its outcome. */
async function talk(client: ProductClient, key: string): Promise<SessionRecord> {
  const accepted: AcceptedMessage[] = [];
  for (let number = 1; number <= messagesEach; number += 1) {
    const message = { id: messageId(key, number), text: messageText(key, number) };
    accepted.push(message);
    for (let looks = 0; looks < 20; looks += 1) {
      const { body } = await client.post(key, { ...message, wait: true });
      if (body.outcome !== undefined) break;
    }
  }
  return { key, accepted, messages: await client.listAllMessages(key) };
}

/** The same faults for the same seed, in the order in which requests come. */
function countFaults(seed: number) {
  const random = createRandom(seed);
  const count = { limited: 0, failed: 0, cut: 0 };
  const answer = (request: FakeRequest): FakeAnswer | undefined => {
    const kind = faultAt(random());
    if (kind === undefined) return undefined;
    if (!isTitle(request)) count[kind] += 1;
    return faultAnswers[kind];
  };
  return { count, answer };
}

function faultAt(chance: number): keyof typeof shares | undefined {
  if (chance < shares.limited) return 'limited';
  if (chance < shares.limited + shares.failed) return 'failed';
  return chance < shares.limited + shares.failed + shares.cut ? 'cut' : undefined;
}

const faultAnswers = {
  limited: { kind: 'error', status: 429, message: 'slow down', headers: { 'retry-after': '1' } },
  failed: { kind: 'error', status: 500, message: 'boom' },
  cut: { kind: 'cut', text: 'half of an answer that' },
} as const satisfies Record<keyof typeof shares, FakeAnswer>;

const isTitle = ({ body }: FakeRequest): boolean =>
  body.messages[0]?.content.startsWith('Write a title') === true;
