import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addAcceptedMessage } from '../../store/add-accepted-message.ts';
import type { Database } from '../../store/database.ts';
import { findSession } from '../../store/find-session.ts';
import { findMessage, listMessages } from '../../store/list-messages.ts';
import { findOutcome, listOutcomes } from '../../store/list-outcomes.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { buildChanges, start } from './builders.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const ids = async (key: string, change: { before?: string; chapter?: number; limit?: number } = {}) =>
  (await listMessages(database, key, { limit: 50, ...change })).items.map((message) => message.id);

describe('a transcript', () => {
  const rows = [
    { id: 'u1', position: 1, turn: 1 },
    { id: 'a1', position: 2, turn: 1 },
    { id: 'late', position: 3, turn: 2, role: 'user', status: 'done' },
    { id: 'greeting', position: 5, turn: 0, chapter: 2, role: 'assistant', status: 'complete' },
    { id: 'refused', position: 6, turn: 4, chapter: 2, role: 'notice', status: 'refused' },
    { id: 'a-late', position: 7, turn: 2, role: 'assistant', status: 'complete' },
    { id: 'u3', position: 4, turn: 3, chapter: 2, role: 'user', status: 'waiting' },
  ] as const;
  const order = ['u1', 'a1', 'late', 'a-late', 'greeting', 'u3', 'refused'];
  beforeAll(() => saveChanges(database, buildChanges({ key: 'order', chapter: 2 }, rows)));

  test('is shown by chapter, turn and position; a greeting opens its chapter', async () => {
    expect(await ids('order')).toEqual(order);
    expect(await ids('order', { chapter: 1 })).toEqual(order.slice(0, 4));
  });

  test('comes newest page first, oldest first within, until the cursor is null', async () => {
    const pages: (readonly string[])[] = [];
    let before: string | undefined;
    do {
      const page = await listMessages(database, 'order', {
        limit: 3,
        ...(before === undefined ? {} : { before }),
      });
      pages.unshift(page.items.map((message) => message.id));
      before = page.nextCursor ?? undefined;
    } while (before !== undefined);
    expect(pages).toEqual([order.slice(0, 1), order.slice(1, 4), order.slice(4)]);
  });

  test('goes back from a message, too; not from one that it has not', async () => {
    expect(await ids('order', { before: 'greeting', limit: 2 })).toEqual(['late', 'a-late']);
    expect(await ids('order', { before: 'u1' })).toEqual([]);
    for (const before of ['nobody', '', 'a\0b', '…'])
      await expect(ids('order', { before })).rejects.toMatchObject({ code: 'bad-cursor' });
    const elsewhere = Buffer.from('["s",0,1,"",""]').toString('base64url');
    await expect(ids('order', { before: elsewhere })).rejects.toMatchObject({ code: 'bad-cursor' });
  });

  test('is paged without gap or repeat while the newest rows change', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ id: `m${index + 1}`, position: index + 1 }));
    await saveChanges(database, buildChanges({ key: 'moving' }, many));
    const seen: string[] = [];
    let before: string | undefined;
    for (let step = 1; ; step += 1) {
      const page = await listMessages(database, 'moving', {
        limit: 7,
        ...(before === undefined ? {} : { before }),
      });
      seen.unshift(...page.items.map((message) => message.id));
      if (page.nextCursor === null) break;
      before = page.nextCursor;
      await addAcceptedMessage(database, 'moving', { id: `new${step}`, text: 'x', at: start, isHeld: false });
    }
    expect(seen).toEqual(many.map(({ id }) => id));
  });

  test('of a session that is not known is empty', async () => {
    expect(await listMessages(database, 'nobody', { limit: 5 })).toEqual({ items: [], nextCursor: null });
  });
});

describe('outcomes', () => {
  test('are listed in order of position with the messages that they answer', async () => {
    await saveChanges(
      database,
      buildChanges({ key: 'outcomes' }, [
        { id: 'u1', position: 1, turn: 1 },
        { id: 'u2', position: 2, turn: 1, role: 'user', status: 'done' },
        { id: 'info', position: 3, turn: 1, role: 'notice', status: 'info' },
        { id: 'a1', position: 4, turn: 1, role: 'assistant', status: 'partial' },
        { id: 'u3', position: 5, turn: 2, role: 'user', status: 'running' },
      ]),
    );
    const outcomes = await listOutcomes(database, 'outcomes', 0);
    expect(outcomes.map(({ row, messageIds }) => [row.id, messageIds])).toEqual([['a1', ['u1', 'u2']]]);
    expect(await listOutcomes(database, 'outcomes', 4)).toEqual([]);
    expect(await findOutcome(database, 'outcomes', 'u2')).toEqual(outcomes[0]);
    expect(await findOutcome(database, 'outcomes', 'u3')).toBeUndefined();
    expect(await findOutcome(database, 'outcomes', 'nobody')).toBeUndefined();
  });
});

describe('a message that was just accepted', () => {
  const accepted = { id: 'p1', text: 'hello', at: start, isHeld: false };

  test('is shown last and counts as waiting, until its session’s own row replaces it', async () => {
    await saveChanges(
      database,
      buildChanges({ key: 'accepts' }, [
        { id: 'u1', position: 1 },
        { id: 'a1', position: 2 },
      ]),
    );
    await addAcceptedMessage(database, 'accepts', accepted);
    await addAcceptedMessage(database, 'accepts', { ...accepted, text: 'again' });
    await addAcceptedMessage(database, 'accepts', {
      ...accepted,
      id: 'p2',
      isHeld: true,
      from: { kind: 'job', key: 'j' },
    });
    expect(await ids('accepts')).toEqual(['u1', 'a1', 'p1', 'p2']);
    expect(await findMessage(database, 'accepts', 'p1')).toMatchObject({
      revision: 0,
      turn: 2,
      text: 'hello',
      status: 'waiting',
    });
    expect(await findMessage(database, 'accepts', 'p2')).toMatchObject({
      turn: 3,
      status: 'held',
      from: { kind: 'job', key: 'j' },
    });
    expect(await findSession(database, 'accepts')).toMatchObject({ waitingCount: 2 });
    await saveChanges(database, {
      ...buildChanges({ key: 'accepts', updatedAt: start + 1 }, [
        { id: 'p1', position: 3, turn: 2, status: 'running' },
      ]),
      fromRevision: 3,
      fromPosition: 2,
    });
    expect(await findMessage(database, 'accepts', 'p1')).toMatchObject({ revision: 4, status: 'running' });
    await addAcceptedMessage(database, 'accepts', accepted);
    expect(await findMessage(database, 'accepts', 'p1')).toMatchObject({ revision: 4, status: 'running' });
  });

  test('makes nothing of a session that the database does not know', async () => {
    await addAcceptedMessage(database, 'nobody', accepted);
    expect(await findSession(database, 'nobody')).toBeUndefined();
    expect(await ids('nobody')).toEqual([]);
  });
});
