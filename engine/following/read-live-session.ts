import type { LiveEvent } from '../../domain/live-event.ts';
import { createLiveSession, takeLiveEvents, takeOutcomes, takeTools } from '../../domain/live-session.ts';
import type { LiveSession } from '../../domain/viewer.ts';
import type { Database } from '../../store/database.ts';
import { findSession, type SessionView } from '../../store/find-session.ts';
import { findLastPosition, listOutcomes } from '../../store/list-outcomes.ts';
import { listToolRows } from '../../store/list-tool-rows.ts';
import { listLiveEvents } from '../../store/live-events.ts';

/** What has been read of a session so far. */
export interface LiveReading {
  /** The same object as before while nothing in it changed. */
  readonly view: SessionView;
  readonly live: LiveSession;
  /** The newest row of the side channel that is taken in. */
  readonly lastLiveId: number;
}

/** A viewer that was away for longer than so many rows reads the transcript again. */
const keptRows = 200;

/** The first look at a session; undefined when the database has none of that key. */
export async function readLiveSession(database: Database, key: string): Promise<LiveReading | undefined> {
  const view = await findSession(database, key);
  if (view === undefined) return undefined;
  const outcomesAfter = Math.max(0, (await findLastPosition(database, key)) - keptRows);
  return readChanges(database, key, { view, live: createLiveSession([], outcomesAfter), lastLiveId: 0 });
}

/** What is new in a session's row, its outcomes and its side channel. */
export async function readChanges(
  database: Database,
  key: string,
  before: LiveReading,
): Promise<LiveReading> {
  // In this order: a turn of which the side channel still tells may be over by the time its outcome is looked for.
  const withTokens = await readTokens(database, key, before);
  const newest = withTokens.live.outcomes.at(-1)?.row.position ?? withTokens.live.outcomesAfter;
  const withTools = takeTools(withTokens.live, await listNewTools(database, key, withTokens.live));
  const live = takeOutcomes(withTools, await listOutcomes(database, key, newest));
  // The row is empty for a moment while the projection is built anew.
  const view = (await findSession(database, key)) ?? before.view;
  return { ...withTokens, live, view: isSameView(before.view, view) ? before.view : view };
}

/** The tools' rows that have changed, of turns that run or of which the outcome is kept. */
function listNewTools(database: Database, key: string, { tools, outcomesAfter }: LiveSession) {
  return listToolRows(database, key, {
    afterRevision: tools?.at(-1)?.revision ?? 0,
    afterPosition: outcomesAfter,
  });
}

/** What is new on the side channel alone. */
export async function readTokens(database: Database, key: string, before: LiveReading): Promise<LiveReading> {
  const rows = await listLiveEvents(database, key, before.lastLiveId);
  const live = takeLiveEvents(
    before.live,
    rows.map(({ event }) => event),
  );
  // Rows that are written at the same time may appear out of order: what lacks its beginning is read again.
  const isWhole = rows.every(({ event }) => !isBehindGap(live, event));
  return {
    ...before,
    live,
    lastLiveId: isWhole ? (rows.at(-1)?.id ?? before.lastLiveId) : before.lastLiveId,
  };
}

function isBehindGap(live: LiveSession, event: LiveEvent): boolean {
  if (event.kind !== 'token') return false;
  const turn = live.turns.find((other) => other.turn === event.turn);
  return turn !== undefined && turn.attempt === event.attempt && event.start > turn.text.length;
}

/** The revision moves with every row of the transcript, which says nothing of the session itself. */
const isSameView = (one: SessionView, other: SessionView): boolean =>
  JSON.stringify({ ...one, revision: 0 }) === JSON.stringify({ ...other, revision: 0 });
