import type { SessionChanges } from '../../domain/session-changes.ts';
import { findSession, type SessionView } from '../../store/find-session.ts';
import { saveChanges } from '../../store/save-changes.ts';
import type { Engine } from '../engine.ts';
import { askChanges, askFacts } from '../session-calls.ts';
import { isDatabaseAway } from '../temporal-error.ts';

/**
 * Brings the database up to what the session is now and reads the row, so that callers see their own writes. A session
 * that does not answer in time is shown as the database knows it; with the database away it is asked itself.
 */
export async function syncSession(engine: Engine, key: string): Promise<SessionView | undefined> {
  const changes = await askChanges(engine, key);
  try {
    if (changes !== undefined) await saveChanges(engine.database, changes);
    return await findSession(engine.database, key);
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return viewWithoutDatabase(engine, key, changes);
  }
}

/** What the session itself can tell; how much of it was read, only the database knows. */
export async function viewWithoutDatabase(
  engine: Engine,
  key: string,
  changes?: SessionChanges,
): Promise<SessionView | undefined> {
  const answer = await askFacts(engine, key);
  if (answer !== undefined) return { ...answer, unreadCount: 0 };
  return changes && { ...changes, running: false, waitingCount: 0, unreadCount: 0 };
}
