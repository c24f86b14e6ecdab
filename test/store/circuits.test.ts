import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openCircuit } from '../../runtime/open-circuit.ts';
import { changeCircuit, listCircuits, readCircuit } from '../../store/circuits.ts';
import { closedCircuit } from '../../domain/circuit.ts';
import type { Database } from '../../store/database.ts';
import { openTestDatabase } from '../harness/store-database.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const failMany = async (provider: string, times: number): Promise<void> => {
  const worker = openCircuit(database, provider);
  await Promise.all(Array.from({ length: times }, () => worker.failed('model-overloaded')));
};
/** As if the pause were over. */
const endPause = (provider: string) =>
  changeCircuit(database, provider, (circuit) => ({ ...circuit, openUntil: Date.now() }));

describe('the circuit that workers share', () => {
  test('counts the failures of all of them, each once', async () => {
    await Promise.all([failMany('counted', 10), failMany('counted', 10)]);
    expect((await readCircuit(database, 'counted')).failures).toBe(20);
  });

  test('one worker hears of what another one saw', async () => {
    await failMany('heard', 5);
    expect(await openCircuit(database, 'heard').enter()).toMatchObject({ kind: 'wait', reason: 'open' });
  });

  test('of many workers that come after the pause one call goes out', async () => {
    await failMany('tried', 5);
    await endPause('tried');
    const workers = Array.from({ length: 8 }, () => openCircuit(database, 'tried'));
    const admissions = await Promise.all(workers.map((worker) => worker.enter()));
    expect(admissions.filter(({ kind }) => kind === 'trial')).toHaveLength(1);
    expect(admissions.filter(({ kind }) => kind === 'wait')).toHaveLength(7);
  });

  test('an answer closes it for all', async () => {
    await failMany('closed', 5);
    await endPause('closed');
    const worker = openCircuit(database, 'closed');
    expect((await worker.enter()).kind).toBe('trial');
    await worker.answered();
    expect(await openCircuit(database, 'closed').enter()).toEqual({ kind: 'go' });
  });

  test('of one provider is nothing to another', async () => {
    await failMany('one', 5);
    expect(await openCircuit(database, 'other').enter()).toEqual({ kind: 'go' });
    expect([...(await listCircuits(database)).keys()]).toContain('one');
    expect(await readCircuit(database, 'other')).toEqual(closedCircuit);
  });
});
