import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addAcceptedMessage } from '../../store/add-accepted-message.ts';
import type { Database } from '../../store/database.ts';
import { eraseSession } from '../../store/erase-session.ts';
import { findSession } from '../../store/find-session.ts';
import { addLiveEvents, listLiveEvents } from '../../store/live-events.ts';
import { findMessage, listMessages } from '../../store/list-messages.ts';
import { loadPayloadBlobs, savePayloadBlobs } from '../../store/payload-blobs.ts';
import { confirmReceipt, createReceipt, findOpenReceipt, findReceipt } from '../../store/receipts.ts';
import { markRead } from '../../store/read-marks.ts';
import { saveChanges } from '../../store/save-changes.ts';
import {
  emptyProjection,
  listSessionKeys,
  loadStoredSession,
  replaceSession,
} from '../../store/stored-session.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { buildChanges, buildMessage, start } from './builders.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const token = {
  session: 'gone',
  turn: 2,
  at: start,
  kind: 'token',
  attempt: 1,
  start: 0,
  text: 'x',
} as const;
const blob = { sha256: 'ab12', bytes: new Uint8Array([0, 255, 7]) };
const receipt = { id: 'r1', sessionKey: 'gone', reason: 'deleted', requestedAt: start + 10 } as const;

describe('erasing a session', () => {
  test('leaves nothing but its receipt, and late writes do not bring it back', async () => {
    const changes = buildChanges({ key: 'gone' }, [
      { id: 'u1', position: 1 },
      { id: 'a1', position: 2 },
    ]);
    await saveChanges(database, changes);
    await saveChanges(database, buildChanges({ key: 'other' }, [{ id: 'u1', position: 1 }]));
    await markRead(database, 'gone', 'a1');
    await addLiveEvents(database, [token]);
    await savePayloadBlobs(database, 'gone', [blob]);
    await createReceipt(database, receipt);
    await eraseSession(database, 'gone');
    await eraseSession(database, 'gone');

    const writeLate = async (): Promise<void> => {
      await saveChanges(database, { ...changes, facts: { ...changes.facts, updatedAt: start + 99 } });
      await replaceSession(database, { ...changes, baseRevision: 0 });
      await addAcceptedMessage(database, 'gone', { id: 'u9', text: 'x', at: start, isHeld: false });
      await addLiveEvents(database, [token]);
    };
    await writeLate();
    await confirmReceipt(database, 'r1', start + 20);
    await writeLate();

    expect(await findSession(database, 'gone')).toBeUndefined();
    expect(await listMessages(database, 'gone', { limit: 5 })).toEqual({ items: [], nextCursor: null });
    expect(await listLiveEvents(database, 'gone', 0)).toEqual([]);
    await expect(loadPayloadBlobs(database, [{ key: 'gone', sha256: 'ab12' }])).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(await findMessage(database, 'other', 'u1')).toBeDefined();
  });

  test('I2: is told of its last outcomes while its row stands', async () => {
    await saveChanges(database, buildChanges({ key: 'closing' }, [{ id: 'u1', position: 1 }]));
    await createReceipt(database, { ...receipt, id: 'r9', sessionKey: 'closing' });
    const last = buildChanges({ key: 'closing', updatedAt: start + 11 }, [
      { id: 'n1', position: 2, role: 'notice', status: 'withdrawn', replyTo: 'u1' },
    ]);
    await saveChanges(database, { ...last, fromRevision: 2, fromPosition: 1 });
    expect(await findMessage(database, 'closing', 'n1')).toMatchObject({ status: 'withdrawn' });

    await eraseSession(database, 'closing');
    await saveChanges(database, last);
    expect(await findMessage(database, 'closing', 'n1')).toBeUndefined();
  });

  test('a new session may have the key of one that was erased', async () => {
    await saveChanges(database, buildChanges({ key: 'gone', createdAt: start + 30 }));
    expect(await findSession(database, 'gone')).toMatchObject({ unreadCount: 0, waitingCount: 0 });
  });
});

describe('receipts', () => {
  const open = { id: 'r2', sessionKey: 'twice', reason: 'ended', requestedAt: start } as const;

  test('of one erasure are one, and keep the time of the first confirmation', async () => {
    expect(await createReceipt(database, open)).toEqual({ ...open, erasedAt: null });
    expect(await createReceipt(database, { ...open, id: 'r3' })).toEqual({ ...open, erasedAt: null });
    expect(await findOpenReceipt(database, 'twice')).toEqual({ ...open, erasedAt: null });
    await confirmReceipt(database, 'r2', start + 5);
    await confirmReceipt(database, 'r2', start + 6);
    expect(await findReceipt(database, 'r2')).toEqual({ ...open, erasedAt: start + 5 });
    expect(await findOpenReceipt(database, 'twice')).toBeUndefined();
    expect(await findReceipt(database, 'r3')).toBeUndefined();
    expect(await createReceipt(database, { ...open, id: 'r4' })).toMatchObject({ id: 'r4', erasedAt: null });
  });
});

describe('payloads', () => {
  test('come back in the order asked for, byte for byte', async () => {
    const second = { sha256: 'cd34', bytes: new Uint8Array(300_000).fill(9) };
    await savePayloadBlobs(database, 'blobs', [blob, second]);
    await savePayloadBlobs(database, 'blobs', [blob]);
    const loaded = await loadPayloadBlobs(database, [
      { key: 'blobs', sha256: 'cd34' },
      { key: 'blobs', sha256: 'ab12' },
      { key: 'blobs', sha256: 'cd34' },
    ]);
    expect(loaded.map((bytes) => Buffer.from(bytes))).toEqual(
      [second, blob, second].map(({ bytes }) => Buffer.from(bytes)),
    );
    expect(await loadPayloadBlobs(database, [])).toEqual([]);
  });
});

describe('I9: replacing a session by what its histories say', () => {
  const rows = [1, 2, 3, 4].map((position) => buildMessage({ id: `m${position}`, position }));
  const changes = buildChanges({ key: 'replaced' }, rows);

  test('puts right facts and rows, and removes rows that the histories do not have', async () => {
    await saveChanges(database, {
      ...changes,
      messages: [
        ...rows.slice(0, 3),
        buildMessage({ id: 'wrong', position: 9, revision: 3, status: 'complete' }),
      ],
    });
    await replaceSession(database, {
      ...changes,
      facts: { ...changes.facts, title: 'Right' },
      baseRevision: 0,
    });
    const stored = await loadStoredSession(database, 'replaced');
    expect(stored?.facts.title).toBe('Right');
    expect(stored?.messages).toEqual(rows);
  });

  test('keeps rows that the histories that are left cannot know', async () => {
    await replaceSession(database, { ...changes, baseRevision: 3, messages: rows.slice(2) });
    expect((await loadStoredSession(database, 'replaced'))?.messages).toEqual(rows);
  });

  test('keeps what the session wrote after the histories were read', async () => {
    const newer = buildMessage({ id: 'm5', position: 5, revision: 9 });
    const facts = { ...changes.facts, title: 'Newer', updatedAt: start + 50 };
    await saveChanges(database, { fromRevision: 5, fromPosition: 4, revision: 9, facts, messages: [newer] });
    await replaceSession(database, { ...changes, baseRevision: 0 });
    expect(await loadStoredSession(database, 'replaced')).toEqual({
      facts,
      revision: 9,
      messages: [...rows, newer],
    });
  });

  test('emptying the projection leaves the rest of the database', async () => {
    await savePayloadBlobs(database, 'replaced', [blob]);
    expect(await listSessionKeys(database)).toContain('replaced');
    await emptyProjection(database);
    expect(await listSessionKeys(database)).toEqual([]);
    expect(await loadPayloadBlobs(database, [{ key: 'replaced', sha256: 'ab12' }])).toHaveLength(1);
    await replaceSession(database, { ...changes, baseRevision: 0 });
    expect((await loadStoredSession(database, 'replaced'))?.messages).toEqual(rows);
  });
});
