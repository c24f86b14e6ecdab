import { compareSession } from '../../replay/compare.ts';
import type { ReplayAnswer } from '../../replay/replays.ts';
import { dropStoredSession, loadStoredSession, replaceSession } from '../../store/stored-session.ts';
import type { Engine } from '../engine.ts';
import { askReplay } from './ask-replay.ts';
import { verifySession } from './verify-session.ts';

/**
 * Makes the database say what a session's histories say. Answers what they said; rows of a session that they do not know
 * are left alone.
 */
export async function rebuildSession(engine: Engine, key: string): Promise<ReplayAnswer> {
  const answer = await askReplay(engine, key);
  if (answer.kind !== 'replayed') return answer;
  await replaceSession(engine.database, answer.newest);
  const stored = await loadStoredSession(engine.database, key);
  if (compareSession(answer.newest, stored).length === 0) return answer;
  return (await isWrong(engine, key)) ? replaceWhole(engine, key, answer) : answer;
}

/** What differs still may only have moved on. */
const isWrong = async (engine: Engine, key: string): Promise<boolean> =>
  (await verifySession(engine, key)).differences.length > 0;

/**
 * Rows that claim to be newer than the session itself are left by every guarded write. Where the histories are whole, nothing
 * is lost by removing the session's rows first.
 */
async function replaceWhole(
  engine: Engine,
  key: string,
  seen: Extract<ReplayAnswer, { kind: 'replayed' }>,
): Promise<ReplayAnswer> {
  if (seen.newest.baseRevision > 0) return seen;
  await dropStoredSession(engine.database, key);
  // Read again: what was written until a moment ago is in the histories.
  const answer = await askReplay(engine, key);
  if (answer.kind === 'replayed') await replaceSession(engine.database, answer.newest);
  return answer;
}
