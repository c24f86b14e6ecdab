import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import { correctTokens, takeTokens } from '../../store/token-bucket.ts';
import { openTestDatabase } from '../harness/store-database.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A thousand tokens a second. */
const perMinute = 60_000;
const take = (provider: string, tokens: number, aheadSeconds = 2) =>
  takeTokens(database, provider, { tokens, perMinute, aheadSeconds });
/** As if so much time had gone by. */
const wait = (provider: string, seconds: number) =>
  sql`update vault.token_bucket set filled_at = filled_at - make_interval(secs => ${seconds})
      where provider = ${provider}`.execute(database.kysely);

describe('the bucket of tokens', () => {
  test('lets a call go when there is something, and the next ones wait for the debt', async () => {
    expect(await take('debt', 1_500)).toEqual({ isGranted: true, waitMs: 0 });
    const next = await take('debt', 1_000);
    expect(next.isGranted).toBe(true);
    expect(next.waitMs).toBeGreaterThan(1_300);
    expect(next.waitMs).toBeLessThanOrEqual(1_500);
  });

  test('gives nothing away further ahead than two seconds', async () => {
    await take('ahead', 20_000);
    const refused = await take('ahead', 1);
    expect(refused.isGranted).toBe(false);
    expect(refused.waitMs).toBeGreaterThan(15_000);
    await wait('ahead', 19);
    expect(await take('ahead', 1)).toMatchObject({ isGranted: true });
  });

  test('serves calls of any size in the order in which they asked, as far as it gives ahead', async () => {
    const sizes = [3_000, 100, 4_000, 100];
    const waits: number[] = [];
    for (const size of sizes) waits.push((await take('ordered', size, 30)).waitMs);
    const due = [0, 3_000, 3_100, 7_100];
    for (const [index, waitMs] of waits.entries()) expect(Math.abs(waitMs - due[index]!)).toBeLessThan(500);
    // Who may not wait so long comes again, and takes nothing from them.
    expect((await take('ordered', 100, 2)).isGranted).toBe(false);
  });

  test('saves up little: an hour of silence is no reason for a burst', async () => {
    await take('quiet', 0);
    await wait('quiet', 3_600);
    const taken: number[] = [];
    while ((await take('quiet', 100)).waitMs === 0) taken.push(100);
    expect(taken.length).toBeGreaterThanOrEqual(10);
    expect(taken.length).toBeLessThan(20);
  });

  test('takes back what was not used, and more when more was used', async () => {
    await take('corrected', 2_000);
    await correctTokens(database, 'corrected', -1_500);
    expect((await take('corrected', 0)).waitMs).toBeLessThanOrEqual(500);
    await correctTokens(database, 'corrected', 4_000);
    expect((await take('corrected', 0, 5)).waitMs).toBeGreaterThan(3_900);
  });

  test('many workers at once get together what the limit allows', async () => {
    await take('many', 0);
    await wait('many', 60);
    const grants = await Promise.all(Array.from({ length: 100 }, () => take('many', 100)));
    // A second at once, and two ahead.
    const granted = grants.filter(({ isGranted }) => isGranted).length;
    expect(granted).toBeGreaterThanOrEqual(30);
    expect(granted).toBeLessThanOrEqual(35);
  });
});
