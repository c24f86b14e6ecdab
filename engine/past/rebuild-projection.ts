import { AtriumError } from '../../domain/atrium-error.ts';
import { dropStoredSession, loadStoredSession } from '../../store/stored-session.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { listKnownSessions } from './known-sessions.ts';
import { requireKey } from '../sessions/open-session.ts';
import { rebuildSession } from './rebuild-session.ts';
import { isBeingErased } from './verify-session.ts';
import type { Progress, SessionFailure } from './verify-sessions.ts';

export interface RebuildReport {
  readonly kind: 'done';
  readonly rebuilt: number;
  /** Sessions that the database showed and no history has. */
  readonly removed: readonly string[];
  readonly failures: readonly SessionFailure[];
}

/**
 * Fills the database again from the histories: one session, or all, also into an empty projection. Sessions are taken one
 * after the other and stay usable meanwhile. Of those that Temporal surely does not know the rows are removed, when all are
 * rebuilt. Yields its progress, last the report. Throws AtriumError `not-allowed`, `malformed-key`, `unknown-session` for a
 * single one, `temporal-unavailable`, `database-unavailable`.
 */
export async function* rebuildProjection(
  engine: Engine,
  caller: Caller,
  key?: string,
): AsyncGenerator<Progress | RebuildReport> {
  requireOwner(caller, 'rebuild the database');
  if (key !== undefined) requireKey(key);
  const keys = key === undefined ? await listKnownSessions(engine) : [key];
  let rebuilt = 0;
  const removed: string[] = [];
  const failures: SessionFailure[] = [];
  for (const [index, session] of keys.entries()) {
    const answer = await rebuildSession(engine, session);
    if (answer.kind === 'replayed') rebuilt += 1;
    if (answer.kind === 'failed') failures.push({ key: session, reason: answer.reason });
    if (answer.kind === 'unknown' && key !== undefined) throw unknownHistory(key);
    if (answer.kind === 'unknown' && (await removeUnknown(engine, session))) removed.push(session);
    yield { kind: 'progress', done: index + 1, total: keys.length };
  }
  yield { kind: 'done', rebuilt, removed, failures };
}

const unknownHistory = (key: string): AtriumError =>
  new AtriumError(
    'not-found',
    'unknown-session',
    `Cannot rebuild session ${key}: Temporal has no history of it.`,
  );

async function removeUnknown(engine: Engine, key: string): Promise<boolean> {
  const stored = await loadStoredSession(engine.database, key);
  if (stored === undefined || (await isBeingErased(engine, key, stored))) return false;
  await dropStoredSession(engine.database, key);
  return true;
}
