import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { noLimits } from '../../domain/queue-limits.ts';
import { openProviderQueue, type ProviderQueue } from '../../runtime/open-provider-queue.ts';
import type { Database } from '../../store/database.ts';
import { changeLimits } from '../../store/queue-limits.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { openSessionServer, type SessionServer } from '../harness/session-server.ts';
import { sharedServers } from '../harness/servers.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { until } from '../harness/until.ts';

let database: Database & AsyncDisposable;
let client: Client;
beforeAll(async () => {
  database = await openTestDatabase();
  client = new Client({
    connection: await Connection.connect({ address: sharedServers().temporalAddress }),
  });
});
afterAll(async () => {
  await client.connection.close();
  await database.close();
});

/** Slots as one process has them; each has a connection of its own. */
const openProcess = (provider: string, slots: number): Promise<ProviderQueue> =>
  openProviderQueue({
    database,
    client,
    namespace: 'default',
    provider,
    limits: { ...noLimits, slots },
  });

/** As many reservations as can be had at once. */
async function reserveAll({ slots }: ProviderQueue, wanted: number): Promise<() => number> {
  let count = 0;
  for (let each = 0; each < wanted; each += 1)
    void slots.reserve(new AbortController().signal).then(() => (count += 1));
  return () => count;
}

async function countLocks(count: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from pg_locks where locktype = 'advisory'
      and classid = (hashtext('atrium slots of away')::bit(32)::bigint)::oid
      and database = (select oid from pg_database where datname = current_database())`.execute(
    database.kysely,
  );
  return rows[0]?.count === count;
}

describe('slots', () => {
  test('are shared by processes: together they have as many as there are', async () => {
    await using one = await openProcess('shared', 3);
    await using other = await openProcess('shared', 3);
    const counts = [await reserveAll(one, 2), await reserveAll(other, 2)];
    const total = () => counts.reduce((sum, count) => sum + count(), 0);
    await until(() => total() === 3, { what: 'three reservations' });
    expect(new Set([...one.slots.held, ...other.slots.held])).toEqual(new Set([1, 2, 3]));
    // Whoever releases one lets a waiting process have it.
    const [giver, taker] = counts[0]!() === 2 ? [one, other] : [other, one];
    giver.slots.release();
    await until(() => taker.slots.held.length === 2, { what: 'the released slot' });
  });

  test('of a process that is gone are free for the others', async () => {
    await using survivor = await openProcess('killed', 2);
    const victim = await openProcess('killed', 2);
    const held = await reserveAll(victim, 2);
    await until(() => held() === 2, { what: 'the slots' });
    const taken = await reserveAll(survivor, 2);
    expect(taken()).toBe(0);
    // All that the server sees of a killed process is that its connection ends.
    await victim[Symbol.asyncDispose]();
    await until(() => taken() === 2, { what: 'the slots of the one that is gone' });
  });

  test('may grow and shrink in number while they are held', async () => {
    await using one = await openProcess('changed', 1);
    const count = await reserveAll(one, 4);
    await until(() => count() === 1, { what: 'the only slot' });
    await changeLimits(database, 'changed', { slots: 3 });
    await until(() => count() === 3, { what: 'two more slots' });
    expect([one.slots.tryBegin(), one.slots.tryBegin(), one.slots.tryBegin()]).toEqual([true, true, true]);
    await changeLimits(database, 'changed', { slots: 1 });
    one.slots.end();
    // A call that comes by a reservation from before does not begin any more.
    await until(() => !one.slots.tryBegin() || (one.slots.end(), false), { what: 'the lowered number' });
    one.slots.release();
    one.slots.release();
    expect(one.slots.held).toEqual([1]);
    expect(count()).toBe(3);
  });

  test('are kept while the database is away, and taken back when it returns', async () => {
    await using one = await openProcess('away', 2);
    await using other = await openProcess('away', 2);
    const held = await reserveAll(one, 2);
    await until(() => held() === 2, { what: 'the slots' });
    const taken = await reserveAll(other, 2);
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'atrium-slots' and datname = current_database()`.execute(database.kysely);
    expect(one.slots.held).toEqual([1, 2]);
    await until(() => countLocks(2), { what: 'the locks to be taken back' });
    // The other, which lost its connection too, has not got in between.
    await changeLimits(database, 'away', { slots: 3 });
    await until(() => taken() === 1, { what: 'the third slot, after the time of grace' });
    expect([one.slots.held, other.slots.held]).toEqual([[1, 2], [3]]);
  });
});

describe('two workers', () => {
  let running = 0;
  let most = 0;
  const ends = new Set<() => void>();
  const model = createScriptedModel(async (context) => {
    if (context.kind !== 'reply') return {};
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((end) => ends.add(end));
    running -= 1;
    return {};
  });
  let processes: readonly ProviderQueue[];
  let server: SessionServer;
  beforeEach(async () => {
    most = 0;
    processes = [await openProcess('workers', 3), await openProcess('workers', 3)];
    server = await openSessionServer(
      model.infer,
      processes.map(({ slots }) => slots),
    );
  });
  afterEach(async () => {
    await server.stop();
    for (const each of processes) await each[Symbol.asyncDispose]();
  });

  const endOne = (): void => {
    const [end] = ends;
    if (end === undefined) return;
    ends.delete(end);
    end();
  };

  test('run never more calls than there are slots, and no more than a lowered number once calls end', async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => server.start({ label: 'named' })));
    await Promise.all(sessions.map((session) => session.post('a')));
    await until(() => running === 3, { what: 'three calls' });
    await changeLimits(database, 'workers', { slots: 1 });
    await until(() => processes.every(({ slots }) => slots.held.filter((slot) => slot > 1).length <= 3), {
      what: 'the lowered number',
    });
    endOne();
    endOne();
    await until(() => running === 1, { what: 'two calls to end' });
    const counts: number[] = [];
    for (let ended = 2; ended < 6; ended += 1) {
      endOne();
      await until(() => ends.size > 0, { what: 'the next call' });
      counts.push(running);
    }
    expect(counts).toEqual([1, 1, 1, 1]);
    await changeLimits(database, 'workers', { slots: 3 });
    await until(() => running === 3, { what: 'three calls again' });
    let isOver = false;
    const outcomes = Promise.all(sessions.map((session) => session.outcome('a'))).finally(() => {
      isOver = true;
    });
    await until(() => (endOne(), isOver), { what: 'all calls' });
    expect(await outcomes).toHaveLength(10);
    expect(most).toBe(3);
  });
});
