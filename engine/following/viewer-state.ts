import { parsePosition, type ViewerPosition } from '../../domain/viewer-position.ts';
import { nextSteps, startPosition } from '../../domain/viewer.ts';
import type { SessionView } from '../../store/find-session.ts';
import type { SessionEvent } from './session-event.ts';
import type { KnownSession } from './session-watch.ts';

/** How much of a session somebody has been told. */
export interface ViewerState {
  readonly position: ViewerPosition;
  /** When the wait began that was shown last; 0 for none. */
  readonly waitingAt: number;
  /** The session as it was shown last; undefined: never. */
  readonly view: SessionView | undefined;
}

/** An event, and what whoever received it has been told. */
export interface ToldEvent {
  readonly event: SessionEvent;
  readonly state: ViewerState;
}

export type PresentSession = Extract<KnownSession, { state: 'present' }>;

/** A viewer that has been told nothing but what is over. */
export const startState = ({ live, view }: PresentSession): ViewerState => ({
  position: startPosition(live),
  waitingAt: 0,
  view,
});

/**
 * Where a viewer with this SSE id goes on; undefined for an id that is none of ours, which is treated as one that is no
 * longer kept.
 */
export function resumeState(known: PresentSession, lastEventId: string | undefined): ViewerState | undefined {
  const start = startState(known);
  if (lastEventId === undefined) return start;
  const position = parsePosition(lastEventId);
  return position && { ...start, position };
}

/** What brings a viewer up to date, in order. It may stop after any event and go on from that event's state. */
export function* nextEvents(known: PresentSession, state: ViewerState, now: number): Generator<ToldEvent> {
  const session = known.view.facts.key;
  let here = state;
  for (const { event, position } of nextSteps(known.live, state.position, state.waitingAt)) {
    const waitingAt = event.kind === 'turn.waiting' ? event.at : here.waitingAt;
    here = { ...here, position, waitingAt };
    const at = event.kind === 'stream.reset' ? now : event.at;
    yield { event: { ...event, session, at }, state: here };
  }
  if (known.view === here.view) return;
  here = { ...here, view: known.view };
  const turn = known.view.facts.turnCount;
  yield { event: { session, kind: 'session.changed', turn, at: now, view: known.view }, state: here };
}
