import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalSlots } from '../harness/local-slots.ts';
import { openSessionServer, type SessionServer } from '../harness/session-server.ts';
import { until } from '../harness/until.ts';

let server: SessionServer;
let asked = 0;
const pool = createLocalSlots(1);
beforeAll(async () => {
  // Every call is told to come back in an hour.
  server = await openSessionServer(() => {
    asked += 1;
    throw ApplicationFailure.create({ type: 'ModelRetry', message: 'later', nextRetryDelay: '1h' });
  }, [pool]);
});
afterAll(() => server.stop());

test('stop reaches a call that waits for its next attempt in under a second', async () => {
  const session = await server.start({ label: 'named' });
  await session.post('a');
  await until(() => asked === 1, { what: 'the first attempt' });
  const begun = Date.now();
  await session.signal('interrupt', {});
  expect((await session.outcome('a')).row).toMatchObject({ role: 'notice', status: 'interrupted' });
  expect(Date.now() - begun).toBeLessThan(1_000);
});

test('stop reaches a call that no worker has taken yet in under a second', async () => {
  // The pollers that wait for a call may still get one: it goes back.
  pool.setLimit(0);
  const session = await server.start({ label: 'named' });
  const before = asked;
  await session.post('a');
  await until(async () => (await session.facts()).running, { what: 'the turn to run' });
  const begun = Date.now();
  await session.signal('interrupt', {});
  expect((await session.outcome('a')).row).toMatchObject({ role: 'notice', status: 'interrupted' });
  expect(Date.now() - begun).toBeLessThan(1_000);
  expect(asked).toBe(before);
});
