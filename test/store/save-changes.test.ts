import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from '../../domain/message.ts';
import type { SessionChanges } from '../../domain/session-changes.ts';
import type { Database } from '../../store/database.ts';
import { findSession } from '../../store/find-session.ts';
import { addLiveEvents, listLiveEvents } from '../../store/live-events.ts';
import { countWaiting, findMessage, listMessages } from '../../store/list-messages.ts';
import { confirmRevision, saveChanges } from '../../store/save-changes.ts';
import { loadStoredSession } from '../../store/stored-session.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { buildChanges, buildFacts, buildMessage, start } from './builders.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe('what a session says of itself', () => {
  test('every fact and every field of every kind of row comes back as it was', async () => {
    const messages: readonly Message[] = [
      buildMessage({ id: 'u1', position: 1, from: { kind: 'job', key: 'nightly' }, text: '你好 👍' }),
      buildMessage({
        id: 'a1',
        position: 2,
        replyTo: 'u1',
        model: 'openai:x',
        usage: { inputTokens: 0, outputTokens: 2, cachedInputTokens: 0, estimated: true },
      }),
      buildMessage({
        id: 'n1',
        position: 3,
        role: 'notice',
        status: 'failed',
        problem: { code: 'model-failed', detail: 'It failed.' },
      }),
    ];
    const facts = buildFacts({
      key: 'whole',
      title: 'All',
      titleSource: 'person',
      label: 'All',
      archivedAt: start + 1,
      archivedReason: 'done',
      pinnedAt: start + 2,
      tags: ['a', 'b"{},c'],
      scope: 'global',
      kind: 'group',
      channelBinding: 'telegram:1',
      model: 'openai:x',
      instructions: 'Be kind.',
      ephemeral: true,
      lastMessageAt: start + 3,
      turnCount: 2,
      chapter: 3,
      endedAt: start + 4,
    });
    await saveChanges(database, { fromRevision: 0, fromPosition: 0, revision: 9, facts, messages });
    expect(await loadStoredSession(database, 'whole')).toEqual({ facts, revision: 9, messages });
    const state = { revision: 9, updatedAt: facts.updatedAt };
    expect(await confirmRevision(database, 'whole', state)).toBe(true);
    expect(await confirmRevision(database, 'whole', { ...state, revision: 10 })).toBe(false);
    expect(await confirmRevision(database, 'whole', { ...state, updatedAt: state.updatedAt + 1 })).toBe(
      false,
    );
  });

  test('a text that PostgreSQL cannot hold does not keep the session out', async () => {
    await saveChanges(database, buildChanges({ key: 'odd' }, [{ id: 'u', position: 1, text: 'a\0b\ud800' }]));
    expect((await findMessage(database, 'odd', 'u'))?.text).toBe('a\ufffdb\ufffd');
  });

  test('256 KiB of Chinese are stored and indexed within seconds', async () => {
    const text = Array.from({ length: 87_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + (index % 9_000)),
    ).join('');
    const begun = Date.now();
    await saveChanges(database, buildChanges({ key: 'long' }, [{ id: 'u', position: 1, text }]));
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect((await findMessage(database, 'long', 'u'))?.text).toBe(text);
  });
});

/** A session of some turns, as each moment of it would be written while nothing has been confirmed. */
function buildMoments(key: string, turns: number): readonly SessionChanges[] {
  const moments: SessionChanges[] = [];
  const rows = new Map<string, Message>();
  let revision = 1;
  const add = (turn: number, ...changed: readonly Message[]): void => {
    revision += 1;
    for (const row of changed) rows.set(row.id, { ...row, revision });
    const facts = buildFacts({ key, turnCount: turn, updatedAt: start + revision });
    moments.push({ fromRevision: 0, fromPosition: 0, revision, facts, messages: [...rows.values()] });
  };
  for (let turn = 1; turn <= turns; turn += 1) {
    const asked = buildMessage({ id: `u${turn}`, position: 2 * turn - 1, status: 'waiting', turn: turn + 1 });
    add(turn - 1, asked);
    add(turn, { ...asked, turn, status: 'running' });
    add(turn, { ...asked, turn, status: 'done' }, buildMessage({ id: `a${turn}`, position: 2 * turn }));
  }
  return moments;
}

describe('late and repeated writes', () => {
  test('never go backwards: any order and repetition of a session’s moments ends in its last', async () => {
    const moments = buildMoments('any', 4);
    const last = moments.at(-1);
    const order = fc.array(fc.nat(moments.length - 1), { minLength: 1, maxLength: 20 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(order, fc.boolean(), async (indices, isParallel) => {
        const key = `any-${(run += 1)}`;
        const write = (index: number) =>
          saveChanges(database, { ...moments[index]!, facts: { ...moments[index]!.facts, key } });
        const all = [...indices, moments.length - 1, ...indices];
        if (isParallel) await Promise.all(all.map(write));
        else for (const index of all) await write(index);
        const stored = await loadStoredSession(database, key);
        expect(stored?.revision).toBe(last?.revision);
        expect(stored?.messages).toEqual(last?.messages);
        expect(await findSession(database, key)).toMatchObject({ running: false, waitingCount: 0 });
      }),
      { numRuns: 30 },
    );
  });

  test('a row that renumbers moves in the transcript', async () => {
    const [first, second] = buildMoments('moves', 1);
    await saveChanges(database, first!);
    expect((await listMessages(database, 'moves', { limit: 5 })).items).toMatchObject([{ turn: 2 }]);
    await saveChanges(database, second!);
    expect((await listMessages(database, 'moves', { limit: 5 })).items).toMatchObject([{ turn: 1 }]);
  });

  test('what runs and waits follows from the rows', async () => {
    await saveChanges(
      database,
      buildChanges({ key: 'busy' }, [
        { id: 'u1', position: 1, status: 'running' },
        { id: 'u2', position: 2, role: 'user', status: 'waiting' },
        { id: 'u3', position: 3, status: 'held' },
      ]),
    );
    expect(await findSession(database, 'busy')).toMatchObject({ running: true, waitingCount: 2 });
    expect(await countWaiting(database, 'busy')).toBe(2);
  });
});

describe('live events', () => {
  const place = { session: 'live', turn: 1, at: start } as const;
  const token = { ...place, kind: 'token', attempt: 1, start: 0, text: 'half of a pair: \ud83d' } as const;

  test('come back as they were, in order, until their turn has its outcome', async () => {
    await saveChanges(
      database,
      buildChanges({ key: 'live' }, [{ id: 'u1', position: 1, status: 'running' }]),
    );
    const began = { ...place, kind: 'turn.started', attempt: 1, messageIds: ['u1'], model: null } as const;
    await addLiveEvents(database, [began, token, { ...token, turn: 2, text: 'of the next' }]);
    const stored = await listLiveEvents(database, 'live', 0);
    expect(stored.map(({ event }) => event)).toEqual([
      began,
      token,
      { ...token, turn: 2, text: 'of the next' },
    ]);
    expect(await listLiveEvents(database, 'live', stored[1]!.id)).toEqual([stored[2]]);
    await saveChanges(
      database,
      buildChanges({ key: 'live', updatedAt: start + 1 }, [
        { id: 'u1', position: 1 },
        { id: 'a1', position: 2 },
      ]),
    );
    expect(await listLiveEvents(database, 'live', 0)).toEqual([stored[2]]);
  });

  test('of a worker that was given up are dropped once the turn has its outcome', async () => {
    await addLiveEvents(database, [token]);
    const stored = await listLiveEvents(database, 'live', 0);
    expect(stored.map(({ event }) => event.turn)).toEqual([2]);
  });

  test('of a session that the database does not know yet are kept', async () => {
    await addLiveEvents(database, [{ ...token, session: 'early' }]);
    expect(await listLiveEvents(database, 'early', 0)).toHaveLength(1);
  });
});
