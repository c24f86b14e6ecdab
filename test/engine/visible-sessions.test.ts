import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listVisibleSessions } from '../../engine/sessions/list-visible-sessions.ts';
import type { Database } from '../../store/database.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { buildChanges } from '../store/builders.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
  const sessions = [
    { key: 'home' },
    { key: 'work', title: 'About tea' },
    { key: 'ann-1', channelBinding: 'telegram:1:ann' },
    { key: 'ann-2', channelBinding: 'telegram:1:ann' },
    { key: 'annabel', channelBinding: 'telegram:1:ann:more' },
    { key: 'bob', channelBinding: 'telegram:1:bob' },
    { key: 'guest', kind: 'visitor' as const },
  ];
  for (const facts of sessions) await saveChanges(database, buildChanges(facts));
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const visibleTo = async (key: string, words = '') =>
  (await listVisibleSessions(database, key, { words, limit: 50 })).map(({ facts }) => facts.key).toSorted();

test('I11: a session of the owner sees what the owner sees', async () => {
  expect(await visibleTo('home')).toEqual(['ann-1', 'ann-2', 'annabel', 'bob', 'guest', 'home', 'work']);
  expect(await visibleTo('home', 'tea')).toEqual(['work']);
});

test('I3, I11: behind a channel a session sees those of the same conversation, and a visitor itself', async () => {
  expect(await visibleTo('ann-1')).toEqual(['ann-1', 'ann-2']);
  expect(await visibleTo('bob')).toEqual(['bob']);
  expect(await visibleTo('guest')).toEqual(['guest']);
  expect(await visibleTo('nobody')).toEqual([]);
});
