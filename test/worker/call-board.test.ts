import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CallFacts } from '../../domain/live-call.ts';
import { openCallBoard } from '../../runtime/open-call-board.ts';
import type { Database } from '../../store/database.ts';
import { listLiveCalls } from '../../store/live-calls.ts';
import { listLiveEvents } from '../../store/live-events.ts';
import { listRates } from '../../store/live-rates.ts';
import { applyConfiguredLimits } from '../../store/queue-limits.ts';
import { noLimits } from '../../domain/queue-limits.ts';
import type { CallBoard } from '../../worker/call-board.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { until } from '../harness/until.ts';

let database: Database & AsyncDisposable;
/** A process each. */
let sessions: CallBoard;
let inference: CallBoard;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  sessions = openCallBoard(database);
  inference = openCallBoard(database);
});
afterEach(async () => {
  await sessions.close();
  await inference.close();
});

let count = 0;
const buildCall = (change: Partial<CallFacts> = {}): CallFacts => ({
  session: `s-${(count += 1)}`,
  call: 'c1',
  provider: 'default',
  turn: 1,
  kind: 'reply',
  priority: 1,
  queuedAt: Date.now(),
  ...change,
});
const list = () => listLiveCalls(database, { now: Date.now() });
const find = async ({ session }: CallFacts) => (await list()).find(({ call }) => call.session === session);
const waitingsOf = async ({ session }: CallFacts) =>
  (await listLiveEvents(database, session, 0)).map(({ event }) => event);

describe('the board of calls', () => {
  test('keeps what is over within a moment to itself, and counts it all the same', async () => {
    const [quick, slow] = [buildCall(), buildCall()];
    sessions.queued(quick);
    sessions.began(quick, 'test:model');
    sessions.wrote(quick, 5);
    sessions.ended(quick, 30);
    sessions.forget(quick);
    sessions.queued(slow);
    await until(() => find(slow), { what: 'the call that waits' });
    expect(await find(quick)).toBeUndefined();
    expect(await listRates(database, Date.now())).toEqual([{ provider: 'default', requests: 1, tokens: 30 }]);
    sessions.forget(slow);
    await until(async () => (await find(slow)) === undefined, { what: 'it to be forgotten' });
  });

  test('orders by priority, then a call of each session in turn', async () => {
    const [one, other] = ['s-one', 's-other'];
    const calls = [
      buildCall({ session: one, call: 'c1', priority: 2 }),
      buildCall({ session: one, call: 'c2', priority: 2, queuedAt: Date.now() + 1 }),
      buildCall({ session: other, call: 'c1', priority: 2, queuedAt: Date.now() + 2 }),
      buildCall({ session: other, call: 'c2', priority: 1, queuedAt: Date.now() + 3 }),
    ];
    for (const call of calls) sessions.queued(call);
    await until(async () => (await list()).length === 4, { what: 'four calls' });
    expect((await list()).map(({ call, place }) => [call.session, call.call, place?.place])).toEqual([
      [other, 'c2', 0],
      [one, 'c1', 1],
      [other, 'c1', 2],
      [one, 'c2', 3],
    ]);
    for (const call of calls) sessions.forget(call);
  });

  test('of a session’s process does not talk over the one that runs the call', async () => {
    const [call, marker] = [buildCall(), buildCall()];
    inference.began(call, 'test:model');
    await until(() => find(call), { what: 'the running call' });
    sessions.queued(call);
    sessions.queued(marker);
    await until(() => find(marker), { what: 'a later word of the session’s process' });
    expect(await find(call)).toMatchObject({ call: { state: 'running', model: 'test:model' } });
    expect(await waitingsOf(call)).toEqual([]);
    inference.ended(call, 10);
    sessions.forget(call);
    await until(async () => (await find(call)) === undefined, { what: 'the end' });
    sessions.forget(marker);
  });

  test('tells viewers why a call waits and until when, and of its place afterwards', async () => {
    const call = buildCall();
    const retryAt = Date.now() + 1_500;
    inference.began(call, 'test:model');
    inference.paused(call, { reason: 'tokens', retryAt, attempt: 0, isTold: false });
    await until(async () => (await waitingsOf(call)).length === 2, { what: 'two events' });
    expect(await waitingsOf(call)).toEqual([
      expect.objectContaining({ kind: 'turn.waiting', reason: 'tokens', retryAt, attempt: 0, place: 0 }),
      expect.objectContaining({ kind: 'turn.waiting', reason: 'slots', attempt: 0, place: 0 }),
    ]);
    inference.ended(call, 0);
  });

  test('says that the rate is the reason where slots are free', async () => {
    await applyConfiguredLimits(database, 'rated', { ...noLimits, slots: 4, requestsPerSecond: 1 });
    const call = buildCall({ provider: 'rated', kind: 'title' });
    sessions.queued(call);
    const { place } = await until(() => find(call), { what: 'the call' });
    expect(place?.reason).toBe('rate');
    expect(await waitingsOf(call)).toEqual([]);
  });

  test('takes back what it vouched for when its process stops', async () => {
    const call = buildCall();
    sessions.queued(call);
    await until(() => find(call), { what: 'the call' });
    await sessions.close();
    expect(await find(call)).toBeUndefined();
  });
});
