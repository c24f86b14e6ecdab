import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { LiveEvent } from '../../domain/live-event.ts';
import { createLiveSession, takeLiveEvents, takeOutcomes, takeTools } from '../../domain/live-session.ts';
import type { Message } from '../../domain/message.ts';
import { formatPosition, parsePosition } from '../../domain/viewer-position.ts';
import {
  nextSteps,
  startPosition,
  type LiveSession,
  type TurnOutcomeRow,
  type ViewerEvent,
  type ViewerStep,
} from '../../domain/viewer.ts';

/** One thing that happens in a session, as the side channel and the transcript show it. */
type Happening = { readonly live: LiveEvent } | { readonly outcome: TurnOutcomeRow };

interface TurnScript {
  /** The text of each attempt in pieces; the last attempt is the one that is committed. */
  readonly attempts: readonly (readonly string[])[];
  /** Written by the model, but never on the side channel. */
  readonly unseenEnd: string;
  readonly isRefusedBeside: boolean;
}

const piece = fc.string({ minLength: 1, maxLength: 5 });
const turnScript: fc.Arbitrary<TurnScript> = fc.record({
  attempts: fc.array(fc.array(piece, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  unseenEnd: fc.string({ maxLength: 4 }),
  isRefusedBeside: fc.boolean(),
});

const at = 1_000;

function outcomeRow(row: Partial<Message> & Pick<Message, 'turn' | 'position'>): TurnOutcomeRow {
  const message: Message = {
    id: `o${row.position}`,
    chapter: 1,
    role: 'assistant',
    text: '',
    at,
    status: 'complete',
    revision: row.position,
    ...row,
  };
  return { row: message, messageIds: [`m${row.turn}`] };
}

function tell(scripts: readonly TurnScript[]): readonly Happening[] {
  const story: Happening[] = [];
  let turn = 0;
  let position = 0;
  for (const script of scripts) {
    turn += 1;
    const own = turn;
    const base = { session: 's', turn: own, at } as const;
    for (const [index, pieces] of script.attempts.entries()) {
      const attempt = index + 1;
      if (attempt > 1) story.push({ live: { ...base, kind: 'turn.reset', attempt, reason: 'retry' } });
      story.push({ live: { ...base, kind: 'turn.started', attempt, messageIds: [`m${own}`], model: null } });
      let start = 0;
      for (const text of pieces) {
        story.push({ live: { ...base, kind: 'token', attempt, start, text } });
        start += text.length;
      }
    }
    position += 2;
    if (script.isRefusedBeside) {
      turn += 1;
      story.push({
        outcome: outcomeRow({ turn, position: position - 1, role: 'notice', status: 'refused', text: 'No.' }),
      });
    }
    const text = `${(script.attempts.at(-1) ?? []).join('')}${script.unseenEnd}`;
    story.push({ outcome: outcomeRow({ turn: own, position, text }) });
  }
  return story;
}

const apply = (live: LiveSession, happening: Happening): LiveSession =>
  'live' in happening ? takeLiveEvents(live, [happening.live]) : takeOutcomes(live, [happening.outcome]);

/** What a client shows: the text by turn, dropped at a reset, and the outcomes in order of arrival. */
class Screen {
  readonly texts = new Map<number, string>();
  readonly finished: string[] = [];
  readonly misplaced: ViewerEvent[] = [];
  show(event: ViewerEvent): void {
    if (event.kind === 'turn.reset') this.texts.set(event.turn, '');
    if (event.kind === 'turn.finished') this.finished.push(event.row.id);
    if (event.kind !== 'token') return;
    const text = `${this.texts.get(event.turn) ?? ''}${event.text}`;
    if (text.length !== event.end) this.misplaced.push(event);
    this.texts.set(event.turn, text);
  }
}

const empty = createLiveSession([], 0);

const texts = (steps: ReturnType<typeof nextSteps>): readonly string[] =>
  steps.map(({ event }) => (event.kind === 'token' ? event.text : event.kind));

describe('a viewer of a session', () => {
  test('gets each character and each outcome once, wherever it is cut and however often it comes back', () => {
    const looks = fc.array(fc.record({ skip: fc.nat(3), cut: fc.option(fc.nat(4)) }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(turnScript, { minLength: 1, maxLength: 4 }), looks, (scripts, plan) => {
        const story = tell(scripts);
        const screen = new Screen();
        let live = empty;
        let told = 0;
        let position = startPosition(live);
        const look = (cut: number | null): void => {
          const steps = nextSteps(live, position, 0);
          for (const step of cut === null ? steps : steps.slice(0, cut)) {
            screen.show(step.event);
            position = step.position;
          }
          // A viewer that was cut comes back with no more than the id of the last event that reached it.
          if (cut !== null) position = parsePosition(formatPosition(position))!;
        };
        for (const { skip, cut } of plan) {
          for (const happening of story.slice(told, told + skip)) live = apply(live, happening);
          told += skip;
          look(cut);
        }
        for (const happening of story.slice(told)) live = apply(live, happening);
        look(null);
        const outcomes = story.flatMap((happening) =>
          'outcome' in happening ? [happening.outcome.row] : [],
        );
        const replies = outcomes.filter(({ role }) => role === 'assistant');
        expect(screen.misplaced).toEqual([]);
        expect(screen.finished).toEqual(outcomes.map(({ id }) => id));
        expect(replies.map(({ turn }) => screen.texts.get(turn) ?? '')).toEqual(
          replies.map(({ text }) => text),
        );
        expect(nextSteps(live, position, 0)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  const streaming = takeLiveEvents(empty, [
    { kind: 'turn.started', session: 's', turn: 1, at, attempt: 1, messageIds: ['m1'], model: 'a:b' },
    { kind: 'token', session: 's', turn: 1, at, attempt: 1, start: 0, text: 'One ' },
    { kind: 'token', session: 's', turn: 1, at, attempt: 1, start: 4, text: 'two' },
  ]);
  test('without an id gets the running turn so far as one token', () => {
    expect(texts(nextSteps(streaming, startPosition(streaming), 0))).toEqual(['turn.started', 'One two']);
  });

  test('that comes back after the commit gets the rest as one token, then the outcome', () => {
    const committed = takeOutcomes(streaming, [outcomeRow({ turn: 1, position: 2, text: 'One two three' })]);
    expect(texts(nextSteps(committed, parsePosition('1:1:4')!, 0))).toEqual(['two three', 'turn.finished']);
  });

  test('is told to drop what it shows when another attempt begins', () => {
    const here = nextSteps(streaming, startPosition(streaming), 0).at(-1)!.position;
    const again = takeLiveEvents(streaming, [
      { kind: 'turn.reset', session: 's', turn: 1, at, attempt: 2, reason: 'worker-lost' },
      { kind: 'token', session: 's', turn: 1, at, attempt: 2, start: 0, text: 'Uno dos' },
      { kind: 'token', session: 's', turn: 1, at, attempt: 1, start: 7, text: ' three' },
    ]);
    expect(nextSteps(again, here, 0).map(({ event }) => event)).toEqual([
      { kind: 'turn.reset', turn: 1, at, attempt: 2, reason: 'worker-lost' },
      { kind: 'token', turn: 1, at, attempt: 2, text: 'Uno dos', end: 7 },
    ]);
  });

  test('that shows an attempt which was not the committed one is told to drop it', () => {
    const [, second] = nextSteps(streaming, startPosition(streaming), 0);
    const committed = takeOutcomes(streaming, [outcomeRow({ turn: 1, position: 2, text: 'Another text' })]);
    expect(texts(nextSteps(committed, second!.position, 0))).toEqual([
      'turn.reset',
      'Another text',
      'turn.finished',
    ]);
  });

  test('with a position of which nothing is known any more is told so and goes on from here', () => {
    const late: LiveSession = { ...streaming, outcomesAfter: 50 };
    expect(texts(nextSteps(late, parsePosition('3:1:7:10')!, 0))).toEqual([
      'stream.reset',
      'turn.started',
      'One two',
    ]);
  });

  test('learns once that the turn waits', () => {
    const waiting = takeLiveEvents(empty, [
      { kind: 'turn.waiting', session: 's', turn: 1, at, attempt: 0, place: 3, reason: 'slots' },
    ]);
    const position = startPosition(waiting);
    expect(texts(nextSteps(waiting, position, 0))).toEqual(['turn.waiting']);
    expect(texts(nextSteps(waiting, position, at))).toEqual([]);
  });

  test('sees the next turn only after the outcome of the one that it follows', () => {
    const position = nextSteps(streaming, startPosition(streaming), 0).at(-1)!.position;
    const [first, ...others] = takeLiveEvents(streaming, [
      { kind: 'turn.started', session: 's', turn: 2, at, attempt: 1, messageIds: ['m2'], model: null },
    ]).turns;
    expect(others.map(({ turn }) => turn)).toEqual([2]);
    expect(nextSteps({ ...empty, turns: others }, position, 0)).toEqual([]);
    expect(first?.turn).toBe(1);
  });

  test('an id that is not one of ours is no position', () => {
    for (const id of ['', 'abc', '1', '1:2', '1:2:3:4:5:6:7', '1:1:99999999999', '-1:0:0'])
      expect(parsePosition(id)).toBeUndefined();
  });
});

const words = (steps: readonly ViewerStep[]) =>
  steps.map(({ event }) =>
    event.kind === 'tool' ? `${event.toolCall.callId} ${event.toolCall.state}` : event.kind,
  );

describe('a viewer of a turn that uses tools', () => {
  const toolRow = (position: number, state: 'started' | 'done', revision: number): Message => ({
    ...outcomeRow({ turn: 1, position, role: 'tool', status: state === 'done' ? 'done' : 'running' }).row,
    id: `t${position}`,
    revision,
    toolCall: { callId: `c1-${position}`, name: 'look', arguments: '{}', state },
  });
  const place = { session: 's', turn: 1, at } as const;
  const begun = takeLiveEvents(createLiveSession([], 0), [
    { ...place, kind: 'turn.started', attempt: 1, messageIds: ['m1'], model: null },
    { ...place, kind: 'token', attempt: 1, start: 0, text: 'Hm.' },
  ]);
  const called = takeTools(begun, [toolRow(2, 'started', 5), toolRow(3, 'started', 6)]);
  const given = takeTools(called, [toolRow(3, 'done', 7), toolRow(2, 'done', 8)]);
  const goesOn = takeLiveEvents(given, [
    { ...place, kind: 'turn.started', attempt: 2, messageIds: ['m1'], model: null },
    { ...place, kind: 'turn.reset', attempt: 2, reason: 'step' },
    { ...place, kind: 'token', attempt: 2, start: 0, text: 'A tree.' },
  ]);
  const over = takeOutcomes(goesOn, [outcomeRow({ turn: 1, position: 4, text: 'A tree.' })]);
  test('hears of each change once, whatever it had seen before, also after a cut', () => {
    const states = [begun, called, given, goesOn, over];
    for (const [index, first] of states.entries()) {
      let position = startPosition(createLiveSession([], 0));
      const heard: string[] = [];
      for (const live of [first, ...states.slice(index + 1)])
        for (const step of nextSteps(live, position, 0)) {
          heard.push(...words([step]));
          // As if each event were the last that this connection brought.
          position = parsePosition(formatPosition(step.position))!;
        }
      expect(heard.filter((word) => word.endsWith('done')).toSorted()).toEqual(['c1-2 done', 'c1-3 done']);
      expect(new Set(heard.filter((word) => word.startsWith('c1'))).size).toBe(
        heard.filter((word) => word.startsWith('c1')).length,
      );
      expect(heard.at(-1)).toBe('turn.finished');
    }
  });

  test('gets the last state of a call of which it missed the first', () => {
    expect(words(nextSteps(given, startPosition(createLiveSession([], 0)), 0))).toEqual([
      'turn.started',
      'token',
      'c1-3 done',
      'c1-2 done',
    ]);
  });
});
