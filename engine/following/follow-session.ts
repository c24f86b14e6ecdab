import type { ViewerPosition } from '../../domain/viewer-position.ts';
import type { Caller } from '../caller.ts';
import { ChangeCounter } from './change-counter.ts';
import type { Engine } from '../engine.ts';
import { openSession } from '../sessions/open-session.ts';
import type { SessionEvent } from './session-event.ts';
import type { SessionWatch } from './session-watch.ts';
import { nextEvents, resumeState, startState } from './viewer-state.ts';

/** An event, and where a viewer that has received it goes on. */
export interface FollowedEvent {
  /** Undefined in the first, which only says where the viewer is: it may be cut before anything happens. */
  readonly event: SessionEvent | undefined;
  /** Undefined after the last event of a deleted session. */
  readonly position: ViewerPosition | undefined;
}

export interface FollowOptions {
  /** The SSE id of the last event that reached the viewer. */
  readonly lastEventId: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The events of a session from where the viewer stopped, without gap or repeat, until the signal aborts or the session is
 * deleted. May this caller see it? That is asked once, at the beginning. Nothing is made up in advance: a viewer that
 * takes its time gets the more at once. The answer has to be iterated, for its end frees what it holds.
 * Throws as `openSession`, and AtriumError unavailable `database-unavailable`.
 */
export async function followSession(
  engine: Engine,
  caller: Caller,
  key: string,
  options: FollowOptions,
): Promise<AsyncGenerator<FollowedEvent>> {
  await openSession(engine, caller, key);
  const watch = await engine.live.watch(key, 'tokens');
  return tellEvents(engine, watch, key, options);
}

async function* tellEvents(
  { now }: Engine,
  watch: SessionWatch,
  key: string,
  { lastEventId, signal }: FollowOptions,
): AsyncGenerator<FollowedEvent> {
  const changes = new ChangeCounter();
  const listening = watch.onChange(() => changes.increment());
  try {
    let state = watch.known.state === 'present' ? resumeState(watch.known, lastEventId) : undefined;
    yield { event: undefined, position: state?.position };
    while (!signal.aborted) {
      const seen = changes.count;
      const { known } = watch;
      if (known.state === 'deleted') {
        yield { event: { session: key, kind: 'session.deleted', turn: 0, at: now() }, position: undefined };
        return;
      }
      if (state === undefined) {
        state = startState(known);
        const event = { session: key, kind: 'stream.reset', turn: 0, at: now() } as const;
        yield { event, position: state.position };
      }
      for (const told of nextEvents(known, state, now())) {
        state = told.state;
        yield { event: told.event, position: state.position };
      }
      await changes.waitBeyond(seen, signal);
    }
  } finally {
    listening[Symbol.dispose]();
    watch[Symbol.dispose]();
  }
}
