import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { noLimits } from '../../domain/queue-limits.ts';
import type { Database } from '../../store/database.ts';
import { applyConfiguredLimits, changeLimits, listLimits } from '../../store/queue-limits.ts';
import { openTestDatabase } from '../harness/store-database.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const configured = { ...noLimits, slots: 4 };

describe('stored limits', () => {
  test('that were set at run time survive restarts until the configuration changes', async () => {
    expect(await applyConfiguredLimits(database, 'default', configured)).toEqual(configured);
    await changeLimits(database, 'default', { slots: 8, requestsPerSecond: 2 });
    const set = { ...noLimits, slots: 8, requestsPerSecond: 2 };
    expect(await applyConfiguredLimits(database, 'default', configured)).toEqual(set);
    expect(await applyConfiguredLimits(database, 'default', { ...configured, slots: 6 })).toEqual({
      ...set,
      slots: 6,
    });
  });

  test('are kept by provider, and several processes may start at once', async () => {
    await Promise.all([1, 2, 3].map(() => applyConfiguredLimits(database, 'other', configured)));
    await changeLimits(database, 'other', { slots: null });
    expect((await listLimits(database)).get('other')).toEqual(noLimits);
    expect((await listLimits(database)).has('default')).toBe(true);
  });
});
