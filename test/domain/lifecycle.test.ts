import { describe, expect, test } from '@jest/globals';
import {
  archiveSession,
  closeSession,
  configureSession,
  pinSession,
  renameSession,
  restoreSession,
} from '../../domain/lifecycle.ts';
import { finishBackgroundCall, startBackgroundCall } from '../../domain/background.ts';
import { outcomesOf } from '../../domain/rows.ts';
import { sessionStatus } from '../../domain/session-facts.ts';
import { idleArchiveAt } from '../../domain/session-step.ts';
import { finishTurn, startTurn } from '../../domain/turns.ts';
import { buildResult, buildState, createMoment, drain, post } from '../harness/session-driver.ts';

describe('lifecycle', () => {
  test('I7: a pinned session that is archived is pinned again when it returns', () => {
    const moment = createMoment();
    const pinned = pinSession(buildState(), moment, true);
    const archived = archiveSession(pinned, moment, 'done');
    expect(sessionStatus(archived.facts)).toBe('archived');
    expect(archived.facts.archivedReason).toBe('done');
    expect(sessionStatus(restoreSession(archived, moment).facts)).toBe('pinned');
  });

  test.each([
    ['archive', (s: ReturnType<typeof buildState>) => archiveSession(s, createMoment(), null)],
    ['pin', (s: ReturnType<typeof buildState>) => pinSession(s, createMoment(), true)],
    ['rename', (s: ReturnType<typeof buildState>) => renameSession(s, createMoment(), 'Name')],
  ])('repeating %s changes nothing', (_name, act) => {
    const once = act(buildState());
    expect(act(once)).toBe(once);
  });

  test('turns accepted before the archive are still answered', () => {
    const moment = createMoment();
    const state = archiveSession(post(buildState(), moment, 'a'), moment, null);
    expect(outcomesOf(drain(state, moment).messages).map(({ outcome }) => outcome)).toEqual(['replied']);
  });

  test('a message to an archived session restores it with a notice', () => {
    const moment = createMoment();
    const state = post(archiveSession(buildState(), moment, null), moment, 'a');
    expect(state.facts.archivedAt).toBeNull();
    expect(state.messages.map((row) => [row.role, row.status])).toEqual([
      ['notice', 'info'],
      ['user', 'waiting'],
    ]);
  });

  test('a message to an archived session is refused when its binding says so', () => {
    const moment = createMoment();
    const archived = archiveSession(buildState(), moment, null);
    const state = post(archived, moment, 'a', { archivedInbound: 'reject' });
    expect(state.facts.archivedAt).not.toBeNull();
    expect(outcomesOf(state.messages).map(({ outcome, messageIds }) => [outcome, messageIds])).toEqual([
      ['refused', ['a']],
    ]);
  });

  test('a held message is answered after the session returns', () => {
    const moment = createMoment();
    const archived = archiveSession(buildState(), moment, null);
    const held = post(archived, moment, 'a', { archivedInbound: 'hold' });
    expect(held.messages.map((row) => row.status)).toEqual(['held']);
    expect(startTurn(held, moment)).toBeUndefined();
    const back = drain(restoreSession(held, moment), moment);
    expect(outcomesOf(back.messages).map(({ outcome }) => outcome)).toEqual(['replied']);
  });

  test('I2: closing interrupts the running turn and withdraws what waits', () => {
    const moment = createMoment();
    const { state, call } = startTurn(post(buildState(), moment, 'a'), moment)!;
    const closing = closeSession(post(state, moment, 'b'), moment);
    expect(closing.running?.isInterrupted).toBe(true);
    const closed = finishTurn(closing, call, { kind: 'stopped' }, moment);
    expect(outcomesOf(closed.messages).map(({ outcome, messageIds }) => [outcome, messageIds])).toEqual([
      ['withdrawn', ['b']],
      ['interrupted', ['a']],
    ]);
    expect(startTurn(closed, moment)).toBeUndefined();
  });

  test('configure changes only what it names, and a label is a title by a person', () => {
    const moment = createMoment();
    const state = configureSession(buildState({ tags: ['old'] }), moment, { label: 'Trip' });
    expect(state.facts).toMatchObject({ label: 'Trip', title: 'Trip', titleSource: 'person', tags: ['old'] });
  });

  test('idle archiving skips pinned sessions and counts from the last activity', () => {
    const moment = createMoment();
    const settings = { ...buildState().settings, idleArchiveAfterMs: 5_000 };
    const state = buildState({ settings });
    expect(idleArchiveAt(state)).toBe(state.lastActiveAt + 5_000);
    expect(idleArchiveAt(pinSession(state, moment, true))).toBeUndefined();
    expect(idleArchiveAt(post(state, moment, 'a'))).toBeUndefined();
  });
});

describe('titles', () => {
  test('the first message names the session at once and the model improves it', () => {
    const moment = createMoment();
    let state = post(buildState(), moment, 'a', { text: '  plan a trip\nto Rome ' });
    expect(state.facts).toMatchObject({ title: 'plan a trip', titleSource: 'message' });
    expect(startBackgroundCall(state)).toBeUndefined();
    state = drain(state, moment);
    const started = startBackgroundCall(state)!;
    expect(started.call.kind).toBe('title');
    const result = buildResult({ text: 'Title: "A Trip to Rome."' });
    state = finishBackgroundCall(started.state, started.call, result, moment);
    expect(state.facts).toMatchObject({ title: 'A Trip to Rome', titleSource: 'model' });
  });

  test('a title that a person set is never overwritten', () => {
    const moment = createMoment();
    const started = startBackgroundCall(drain(post(buildState(), moment, 'a'), moment))!;
    const renamed = renameSession(started.state, moment, 'Mine');
    const state = finishBackgroundCall(renamed, started.call, buildResult({ text: 'Theirs' }), moment);
    expect(state.facts).toMatchObject({ title: 'Mine', titleSource: 'person' });
    expect(drain(post(state, moment, 'b'), moment).facts.title).toBe('Mine');
  });
});
