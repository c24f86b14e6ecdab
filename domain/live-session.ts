import type { LiveEvent } from './live-event.ts';
import type { Message } from './message.ts';
import type { LiveSession, LiveTurn, TurnOutcomeRow } from './viewer.ts';

/** More outcomes than a viewer that was away for a while comes back to; older ones are in the transcript. */
const keptOutcomes = 200;
/** A turn has hundreds at the very most. */
const keptTools = 1_000;

/** What is known of a session before anything of its side channel has been read. */
export const createLiveSession = (
  outcomes: readonly TurnOutcomeRow[],
  outcomesAfter: number,
): LiveSession => ({ turns: [], outcomes, outcomesAfter });

/**
 * Takes in what the side channel says, in its order. Rows that were read before, come from an attempt that was given up, or
 * belong to a turn that is over change nothing.
 */
export function takeLiveEvents(live: LiveSession, events: readonly LiveEvent[]): LiveSession {
  return events.reduce(takeLiveEvent, live);
}

/** Takes in further outcomes, in order of position; their turns are over. */
export function takeOutcomes(live: LiveSession, outcomes: readonly TurnOutcomeRow[]): LiveSession {
  const newest = live.outcomes.at(-1)?.row.position ?? live.outcomesAfter;
  const fresh = outcomes.filter(({ row }) => row.position > newest);
  if (fresh.length === 0) return live;
  const ended = new Set(fresh.map(({ row }) => row.turn));
  const all = [...live.outcomes, ...fresh];
  const dropped = all.slice(0, Math.max(0, all.length - keptOutcomes));
  return {
    ...live,
    turns: live.turns.filter(({ turn }) => !ended.has(turn)),
    outcomes: all.slice(dropped.length),
    outcomesAfter: dropped.at(-1)?.row.position ?? live.outcomesAfter,
  };
}

/** Takes in rows of tools as they are now. Those of turns that are no longer kept are let go. */
export function takeTools(live: LiveSession, rows: readonly Message[]): LiveSession {
  const known = new Map((live.tools ?? []).map((row) => [row.id, row]));
  const fresh = rows.filter((row) => row.revision > (known.get(row.id)?.revision ?? 0));
  if (fresh.length === 0) return live;
  for (const row of fresh) known.set(row.id, row);
  const tools = [...known.values()].toSorted((one, other) => one.revision - other.revision);
  return { ...live, tools: tools.slice(-keptTools) };
}

function takeLiveEvent(live: LiveSession, event: LiveEvent): LiveSession {
  if (event.kind === 'turn.finished' || isOver(live, event.turn)) return live;
  const known = live.turns.find(({ turn }) => turn === event.turn);
  const next = advance(known ?? unbegun(event), event);
  if (next === known) return live;
  const turns =
    known === undefined ? [...live.turns, next] : live.turns.map((turn) => (turn === known ? next : turn));
  return { ...live, turns };
}

/** Greetings all have number 0: one that is over says nothing of the next. */
const isOver = (live: LiveSession, turn: number): boolean =>
  turn !== 0 && live.outcomes.some(({ row }) => row.turn === turn);

const unbegun = ({ turn, at }: LiveEvent): LiveTurn => ({
  turn,
  at,
  attempt: 0,
  messageIds: [],
  model: null,
  text: '',
});

function advance(known: LiveTurn, event: Exclude<LiveEvent, { kind: 'turn.finished' }>): LiveTurn {
  if (event.attempt < known.attempt) return known;
  switch (event.kind) {
    case 'turn.started':
      return {
        ...inAttempt(known, event),
        messageIds: event.messageIds,
        model: event.model,
      };
    case 'turn.reset':
      return { ...inAttempt(known, event), resetReason: event.reason };
    case 'turn.waiting':
      return { ...known, waiting: waitingOf(event) };
    case 'token':
      return withText(inAttempt(known, event), event);
    default:
      return event satisfies never;
  }
}

/** The turn in the event's attempt: another attempt begins with an empty text and waits no more. */
function inAttempt(known: LiveTurn, event: { readonly attempt: number; readonly at: number }): LiveTurn {
  const { waiting: _, ...turn } = known;
  return event.attempt === known.attempt ? turn : { ...turn, at: event.at, attempt: event.attempt, text: '' };
}

/** A gap means that rows in between are still on their way; they are read again with the next look. */
function withText(turn: LiveTurn, event: { readonly start: number; readonly text: string }): LiveTurn {
  if (event.start > turn.text.length) return turn;
  const addition = event.text.slice(turn.text.length - event.start);
  return addition === '' ? turn : { ...turn, text: turn.text + addition };
}

function waitingOf({ at, place, reason, retryAt }: Extract<LiveEvent, { kind: 'turn.waiting' }>) {
  return { at, place, reason, ...(retryAt === undefined ? {} : { retryAt }) };
}
