import { AtriumError } from '../../domain/atrium-error.ts';
import { positionAfter } from '../../domain/viewer-position.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSession } from '../sessions/open-session.ts';
import type { SessionEvent } from './session-event.ts';
import { SessionStir } from './session-stir.ts';
import type { SessionWatch } from './session-watch.ts';
import { nextEvents, type PresentSession, type ViewerState } from './viewer-state.ts';

/** `stream.reset`: notices were missed, so what is shown of all sessions has to be read again. */
export type AnySessionEvent =
  | Exclude<SessionEvent, { kind: 'token' | 'tool' | 'stream.reset' }>
  | { readonly kind: 'stream.reset'; readonly session: null; readonly turn: 0; readonly at: number };

/** A session in which something happened lately. */
interface Room {
  readonly watch: SessionWatch;
  readonly listening: Disposable;
  state: ViewerState;
  stirredAt: number;
}

interface Follower {
  readonly engine: Engine;
  readonly caller: Caller;
  readonly stir: SessionStir;
}

/** A session in which nothing happened for so long is left; its next notice begins anew. */
const quietMs = 60_000;
/** What ended shortly before the first look at its session is news too: that may be what the notice told of. */
const freshMs = 2_000;

/**
 * The events of all sessions that the caller may see, apart from their text and their tools, from now until the signal aborts. There is
 * no resume: whoever was away reads the lists again.
 */
export async function* followAll(
  engine: Engine,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<AnySessionEvent> {
  const rooms = new Map<string, Room>();
  const stir = new SessionStir(engine.now);
  const listening = engine.live.listen(stir.listener((key) => rooms.has(key)));
  try {
    while (!signal.aborted) {
      const seen = stir.changes.count;
      const { sessions, deleted, isIncomplete } = stir.take();
      if (isIncomplete) yield { kind: 'stream.reset', session: null, turn: 0, at: engine.now() };
      for (const [key, since] of sessions) {
        const room = rooms.get(key) ?? (await openRoom({ engine, caller, stir }, key, since));
        if (room === undefined) continue;
        rooms.set(key, room);
        yield* tellRoom(room, engine.now());
      }
      for (const session of deleted) {
        closeRooms(rooms, (_room, key) => key === session);
        yield { kind: 'session.deleted', session, turn: 0, at: engine.now() };
      }
      closeRooms(rooms, ({ stirredAt }) => stirredAt < engine.now() - quietMs);
      await stir.changes.waitBeyond(seen, signal);
    }
  } finally {
    listening[Symbol.dispose]();
    closeRooms(rooms, () => true);
  }
}

/** Undefined when there is no such session for this caller, or nothing can be said of it now. */
async function openRoom(
  { engine, caller, stir }: Follower,
  key: string,
  since: number,
): Promise<Room | undefined> {
  try {
    await openSession(engine, caller, key);
    const watch = await engine.live.watch(key, 'turns');
    const { known } = watch;
    if (known.state === 'deleted') {
      watch[Symbol.dispose]();
      return undefined;
    }
    const listening = watch.onChange(() => stir.add(key));
    return { watch, listening, state: newsState(known, since - freshMs), stirredAt: since };
  } catch (error) {
    // Gone by now, or the database is away: then a reconnection tells that something was missed.
    if (error instanceof AtriumError) return undefined;
    throw error;
  }
}

function* tellRoom(room: Room, now: number): Generator<AnySessionEvent> {
  const { known } = room.watch;
  room.stirredAt = now;
  if (known.state === 'deleted') return;
  for (const { event, state } of nextEvents(known, room.state, now)) {
    room.state = state;
    if (event.kind !== 'token' && event.kind !== 'tool' && event.kind !== 'stream.reset') yield event;
  }
}

function closeRooms(rooms: Map<string, Room>, isOver: (room: Room, key: string) => boolean): void {
  for (const [key, room] of rooms) {
    if (!isOver(room, key)) continue;
    room.listening[Symbol.dispose]();
    room.watch[Symbol.dispose]();
    rooms.delete(key);
  }
}

/** Nothing has been told but the outcomes from before that time. */
function newsState({ live }: PresentSession, since: number): ViewerState {
  const old = live.outcomes.findLast(({ row }) => row.at < since);
  return { position: positionAfter(old?.row.position ?? live.outcomesAfter), waitingAt: 0, view: undefined };
}
