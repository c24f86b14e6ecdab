import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase, type Database } from '../../store/database.ts';
import { findPendingMigrations, migrate, newestMigration, requireKnownSchema } from '../../store/migrate.ts';
import { listenForNotices, type Notice } from '../../store/notices.ts';
import { confirmReceipt, createReceipt } from '../../store/receipts.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { addLiveEvents } from '../../store/live-events.ts';
import {
  addSignInCode,
  addWebSession,
  deleteWebSession,
  findWebSession,
  redeemSignInCode,
} from '../../store/sign-in.ts';
import { openEmptyDatabase, openTestDatabase } from '../harness/store-database.ts';
import { until } from '../harness/until.ts';
import { buildChanges, start } from './builders.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe('migrations', () => {
  test('are run once, also by two starts at the same time', async () => {
    await using empty = await openEmptyDatabase();
    const names = await findPendingMigrations(empty);
    expect(names.at(-1)).toBe(newestMigration());
    const applied = await Promise.all([migrate(empty), migrate(empty)]);
    expect(applied.flatMap((result) => result.applied)).toEqual(names);
    expect(await findPendingMigrations(empty)).toEqual([]);
    await saveChanges(empty, buildChanges({ key: 'works' }));
  });

  test('a database that a newer release has changed is refused, with the reason', async () => {
    await using newer = await openEmptyDatabase();
    await migrate(newer);
    await requireKnownSchema(newer);
    await sql`insert into vault.migration values ('9999-future', '2030-01-01')`.execute(newer.kysely);
    const refusal = {
      kind: 'conflict',
      code: 'home-is-newer',
      message: expect.stringContaining('9999-future'),
    };
    await expect(requireKnownSchema(newer)).rejects.toMatchObject(refusal);
    await expect(migrate(newer)).rejects.toMatchObject(refusal);
  });
});

describe('a database that is away', () => {
  const unavailable = { kind: 'unavailable', code: 'database-unavailable' };

  test.each(['postgresql:///atrium?host=/nowhere&user=a', 'postgresql://a@127.0.0.1:1/atrium'])(
    '%s is said to be away within seconds',
    async (url) => {
      const away = openDatabase(url);
      const begun = Date.now();
      await expect(saveChanges(away, buildChanges({ key: 'x' }))).rejects.toMatchObject(unavailable);
      expect(Date.now() - begun).toBeLessThan(8_000);
      await away.close();
    },
  );

  test('a connection that is cut while it works is an error in our words, and the next one works', async () => {
    const sleeping = sql`select pg_sleep(30), 'cut me'`
      .execute(database.kysely)
      .catch((error: unknown) => error);
    await until(
      async () => {
        const { rows } = await sql<{ pid: number }>`
          select pg_terminate_backend(pid), pid from pg_stat_activity
          where query like '%cut me%' and pid <> pg_backend_pid()`.execute(database.kysely);
        return rows.length > 0;
      },
      { what: 'the sleeping statement' },
    );
    expect(await sleeping).toMatchObject(unavailable);
    expect((await sql`select 1`.execute(database.kysely)).rows).toHaveLength(1);
  });

  test('a defect of ours is no matter of the database being away', async () => {
    await expect(sql`select nonsense`.execute(database.kysely)).rejects.toMatchObject({ code: '42703' });
  });
});

describe('notices', () => {
  test('tell of changes, live events and deletions, and go on after a lost connection', async () => {
    const heard: Notice[] = [];
    let reconnections = 0;
    await using ear = await listenForNotices(database, {
      onNotice: (notice) => heard.push(notice),
      onReconnected: () => (reconnections += 1),
    });
    const hears = (notice: Notice) =>
      until(() => heard.some((each) => each.kind === notice.kind && each.session === notice.session), {
        what: `${notice.kind} of ${notice.session}`,
      });

    expect(ear).toBeDefined();
    await sql`select pg_notify('atrium', 'not ours')`.execute(database.kysely);
    await saveChanges(database, buildChanges({ key: 'told' }));
    await addLiveEvents(database, [
      { session: 'told', turn: 1, at: start, kind: 'turn.started', attempt: 1, messageIds: [], model: null },
    ]);
    await createReceipt(database, { id: 'r', sessionKey: 'told', reason: 'deleted', requestedAt: start });
    await confirmReceipt(database, 'r', start);
    for (const kind of ['changed', 'live', 'deleted'] as const) await hears({ kind, session: 'told' });
    expect(reconnections).toBe(0);

    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'atrium-notices' and datname = current_database()`.execute(database.kysely);
    await until(() => reconnections === 1, { what: 'the connection to come back' });
    await saveChanges(database, buildChanges({ key: 'told-later' }));
    await hears({ kind: 'changed', session: 'told-later' });
    await saveChanges(database, buildChanges({ key: 'told-end' }, [{ id: 'reply', position: 2 }]));
    await hears({ kind: 'ended', session: 'told-end' });
  });

  test('are waited for in the background while the database is away', async () => {
    const away = openDatabase('postgresql://a@127.0.0.1:1/atrium');
    const ear = await listenForNotices(away, { onNotice: () => undefined, onReconnected: () => undefined });
    await ear[Symbol.asyncDispose]();
    await away.close();
    expect(ear).toBeDefined();
  });
});

describe('signing in', () => {
  test('a code is good once and for its time', async () => {
    await addSignInCode(database, { hash: 'good', expiresAt: start + 10 });
    await addSignInCode(database, { hash: 'stale', expiresAt: start });
    const tries = await Promise.all([1, 2, 3].map(() => redeemSignInCode(database, 'good', start + 1)));
    expect(tries.filter(Boolean)).toEqual([true]);
    expect(await redeemSignInCode(database, 'stale', start)).toBe(false);
    expect(await redeemSignInCode(database, 'unknown', start)).toBe(false);
  });

  test('a browser is signed in until it is signed out', async () => {
    await addWebSession(database, { hash: 'cookie', createdAt: start, device: 'a phone' });
    expect(await findWebSession(database, 'cookie')).toEqual({ createdAt: start });
    await deleteWebSession(database, 'cookie');
    expect(await findWebSession(database, 'cookie')).toBeUndefined();
  });
});
