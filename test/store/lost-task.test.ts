import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptMessage } from '../../domain/accept-message.ts';
import { changesSince } from '../../domain/changes.ts';
import { interruptTurn } from '../../domain/lifecycle.ts';
import type { Moment, SessionState } from '../../domain/session-state.ts';
import { finishTurn, startTurn } from '../../domain/turns.ts';
import { addAcceptedMessage } from '../../store/add-accepted-message.ts';
import type { Database } from '../../store/database.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { loadStoredSession } from '../../store/stored-session.ts';
import { answered, buildPost, buildState } from '../harness/session-driver.ts';
import { openTestDatabase } from '../harness/store-database.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A workflow's clock stands still within a task, and its ids begin anew when the task is done again. */
const taskAt = (now: number): Moment => {
  let count = 0;
  return { now, newId: () => `row-${(count += 1)}` };
};
const start = 1_700_000_100_000;
const save = (state: SessionState) => saveChanges(database, changesSince(state, state.projectedRevision));

async function begun(key: string): Promise<{ state: SessionState; call: SessionState['calls'][number] }> {
  const created: SessionState = { ...buildState(), facts: { ...buildState().facts, key } };
  const moment = taskAt(start);
  const started = startTurn(acceptMessage(created, buildPost('a'), moment), moment)!;
  await save(started.state);
  return started;
}

async function expectStored(state: SessionState): Promise<void> {
  expect(await loadStoredSession(database, state.facts.key)).toEqual({
    facts: state.facts,
    revision: state.revision,
    messages: state.messages,
  });
}

describe('I9: what a worker wrote of a task that the server never took does not count', () => {
  test('the task is done again later, to the same rows of another time', async () => {
    const { state, call } = await begun('s-again');
    await save(finishTurn(state, call, answered(), taskAt(start + 1_000)));
    const counts = finishTurn(state, call, answered(), taskAt(start + 3_000));
    await save(counts);
    await expectStored(counts);
  });

  test('the task is done again with one more message, which takes the lost row’s id', async () => {
    const { state, call } = await begun('s-more');
    const settings = { ...state.settings, maxWaiting: 0 };
    const full = { ...state, settings };
    await save(finishTurn(full, call, answered(), taskAt(start + 1_000)));
    const moment = taskAt(start + 3_000);
    const counts = finishTurn(acceptMessage(full, buildPost('b'), moment), call, answered(), moment);
    await save(counts);
    await expectStored(counts);
  });

  test('the task is done again and makes fewer rows: the lost ones go, a message just accepted stays', async () => {
    const { state, call } = await begun('s-fewer');
    const lost = taskAt(start + 1_000);
    const twice = finishTurn(acceptMessage(state, buildPost('b'), lost), call, answered(), lost);
    await save(twice);
    await addAcceptedMessage(database, 's-fewer', { id: 'c', text: 'c', at: start, isHeld: false });
    const counts = finishTurn(
      interruptTurn(state, undefined),
      call,
      { kind: 'stopped' },
      taskAt(start + 3_000),
    );
    await save(counts);
    await expectStored(counts);
    const rows = await database.kysely
      .selectFrom('projection.message')
      .select('id')
      .where('session_key', '=', 's-fewer')
      .where('revision', '=', 0)
      .execute();
    expect(rows).toEqual([{ id: 'c' }]);
  });

  test('a lost task’s writing that arrives late is dropped whole', async () => {
    const { state, call } = await begun('s-late');
    const lost = finishTurn(state, call, answered({ text: 'lost' }), taskAt(start + 1_000));
    const counts = finishTurn(state, call, answered(), taskAt(start + 3_000));
    await save(counts);
    await save(lost);
    await expectStored(counts);
  });

  test('a first row by a clock that is ahead stands in nobody’s way', async () => {
    const created: SessionState = { ...buildState(), facts: { ...buildState().facts, key: 's-ahead' } };
    await save({ ...created, facts: { ...created.facts, updatedAt: start + 60_000 } });
    const counts = acceptMessage(created, buildPost('a'), taskAt(start));
    await save(counts);
    await expectStored(counts);
  });
});
