import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SessionFacts } from '../../domain/session-facts.ts';
import type { Database } from '../../store/database.ts';
import { findSession } from '../../store/find-session.ts';
import { listSessions, type SessionQuery } from '../../store/list-sessions.ts';
import { markRead } from '../../store/read-marks.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { buildChanges, start } from './builders.ts';

let database: Database & AsyncDisposable;
const save = (key: string, facts: Partial<SessionFacts> = {}) =>
  saveChanges(database, buildChanges({ ...facts, key }));
const query = (change: Partial<SessionQuery> = {}): SessionQuery => ({
  status: 'active',
  sort: 'recent',
  limit: 50,
  ...change,
});
const keys = async (change: Partial<SessionQuery>): Promise<readonly string[]> =>
  (await listSessions(database, query(change))).items.map((item) => item.facts.key);

const counts = async (change: Partial<SessionQuery>) =>
  (await listSessions(database, query({ ...change, limit: 1 }))).counts;

const unread = async () => (await findSession(database, 'unread'))?.unreadCount;

/** The pages of a list one after the other; `between` is called after each. */
async function pagesOf(change: Partial<SessionQuery>, between = (): Promise<unknown> => Promise.resolve()) {
  const pages: (readonly string[])[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await listSessions(
      database,
      query({ ...change, ...(cursor === undefined ? {} : { cursor }) }),
    );
    pages.push(page.items.map((item) => item.facts.key));
    cursor = page.nextCursor;
    await between();
  }
  return pages;
}

beforeAll(async () => {
  database = await openTestDatabase();
  await save('old', { title: 'banana', createdAt: start, lastMessageAt: start + 1, tags: ['fruit', 'x'] });
  await save('new', { title: 'Apple', createdAt: start + 5, channelBinding: 'telegram:1:2' });
  await save('talk', {
    title: 'cherry',
    createdAt: start + 1,
    lastMessageAt: start + 9,
    channelBinding: 'telegram',
  });
  await save('pin', { title: '樱桃', createdAt: start + 2, pinnedAt: start, channelBinding: 'telegramish' });
  await save('away', { title: 'date', createdAt: start + 3, archivedAt: start, tags: ['fruit'] });
  await save('away-pin', { title: 'elder', createdAt: start + 4, archivedAt: start, pinnedAt: start });
  await save('over', { title: 'fig', createdAt: start + 6, ephemeral: true, endedAt: start + 7 });
});
afterAll(() => database.close());

describe('tabs', () => {
  test.each([
    [{ status: 'active' }, ['pin', 'talk', 'new', 'old']],
    [{ status: 'pinned' }, ['pin']],
    [{ status: 'archived' }, ['away-pin', 'away']],
    [{ status: 'all' }, ['talk', 'over', 'new', 'away-pin', 'away', 'pin', 'old']],
    [{ sort: 'created' }, ['new', 'pin', 'talk', 'old']],
    [{ sort: 'title' }, ['new', 'old', 'talk', 'pin']],
    [{ status: 'all', tag: 'fruit' }, ['away', 'old']],
    [{ status: 'all', tag: 'frui' }, []],
    [{ channel: 'telegram' }, ['talk', 'new']],
    [{ channel: 'telegram:1' }, ['new']],
    [{ channel: 'telegram:1', tag: 'fruit' }, []],
  ] as const)('%j lists %j', async (change, expected) => {
    expect(await keys(change)).toEqual(expected);
  });

  test('count what each of them lists, with the same restrictions', async () => {
    expect(await counts({})).toEqual({ active: 4, archived: 2, pinned: 1, all: 7 });
    expect(await counts({ status: 'archived' })).toEqual({ active: 4, archived: 2, pinned: 1, all: 7 });
    expect(await counts({ tag: 'fruit' })).toEqual({ active: 1, archived: 1, pinned: 0, all: 2 });
    expect(await counts({ tag: 'nothing' })).toEqual({ active: 0, archived: 0, pinned: 0, all: 0 });
  });
});

describe('pages', () => {
  test.each(['recent', 'created', 'title'] as const)('by %s, one by one, are the list', async (sort) => {
    const pages = await pagesOf({ sort, status: 'all', limit: 1 });
    expect(pages.flat()).toEqual(await keys({ sort, status: 'all' }));
    expect(pages.every((page) => page.length === 1)).toBe(true);
  });

  test('leave out and repeat none of the sessions that stay, while others move to the front', async () => {
    const own = Array.from({ length: 30 }, (_, index) => `paged-${String(index).padStart(2, '0')}`);
    for (const key of own) await save(key, { tags: ['paged'], lastMessageAt: start });
    let turn = 0;
    const pages = await pagesOf({ tag: 'paged', limit: 4 }, async () => {
      turn += 1;
      // Far ahead of the reader: it moves behind the reader and is not shown.
      await save(own[29 - turn]!, { tags: ['paged'], lastMessageAt: start + turn, updatedAt: start + turn });
    });
    const seen = pages.flat();
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 20)).toEqual(own.slice(0, 20));
    expect(seen).toContain(own[29]);
  });

  test('go on from no cursor but their own', async () => {
    const { nextCursor } = await listSessions(database, query({ limit: 1 }));
    const bad = { kind: 'invalid', code: 'bad-cursor' };
    const cursors: readonly Partial<SessionQuery>[] = [
      { cursor: nextCursor!, sort: 'title' },
      { cursor: nextCursor!, status: 'all' },
      { cursor: nextCursor!, q: 'apple' },
      { cursor: nextCursor!, tag: 'x' },
      { cursor: 'nonsense' },
      { cursor: '' },
      { cursor: '…' },
      { cursor: Buffer.from('["x",1]').toString('base64url') },
      {
        cursor: Buffer.from(JSON.stringify(['["active","recent","",null,null]', 0, 1, '\0', 'x'])).toString(
          'base64url',
        ),
      },
      {
        cursor: Buffer.from(JSON.stringify(['["active","recent","",null,null]', 0, 1e300, '', 'x'])).toString(
          'base64url',
        ),
      },
    ];
    for (const change of cursors)
      await expect(listSessions(database, query(change))).rejects.toMatchObject(bad);
  });
});

describe('unread messages', () => {
  const rows = [
    { id: 'u1', position: 1 },
    { id: 'a1', position: 2 },
    { id: 'n1', position: 3, role: 'notice', status: 'info' },
    { id: 'n2', position: 4, role: 'notice', status: 'failed' },
    { id: 'u2', position: 5, status: 'running' },
  ] as const;

  test('are the outcomes behind the read mark, which never goes back', async () => {
    await saveChanges(database, buildChanges({ key: 'unread' }, rows));
    expect(await unread()).toBe(2);
    await markRead(database, 'unread', 'a1');
    expect(await unread()).toBe(1);
    await markRead(database, 'unread', 'u2');
    await markRead(database, 'unread', 'a1');
    expect(await unread()).toBe(0);
    const listed = await listSessions(database, query({ status: 'all' }));
    expect(listed.items.find((item) => item.facts.key === 'unread')).toMatchObject({
      unreadCount: 0,
      running: true,
      waitingCount: 0,
    });
  });

  test('are not read up to a message that is not there', async () => {
    await expect(markRead(database, 'unread', 'nobody')).rejects.toMatchObject({ code: 'unknown-message' });
  });
});
