import type { Difference } from '../../replay/compare.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { listKnownSessions } from './known-sessions.ts';
import { requireKey } from '../sessions/open-session.ts';
import { unknownSession } from '../temporal-error.ts';
import { verifySession } from './verify-session.ts';

export interface Progress {
  readonly kind: 'progress';
  /** Sessions looked at so far, of `total`. */
  readonly done: number;
  readonly total: number;
}

/** A session that could not be replayed, and the sentence that says why (I12). */
export interface SessionFailure {
  readonly key: string;
  readonly reason: string;
}

export interface VerifyReport {
  readonly kind: 'done';
  readonly checked: number;
  readonly differences: readonly Difference[];
  readonly failures: readonly SessionFailure[];
  /** Sessions whose oldest runs the server no longer keeps: rows older than this revision could not be compared. */
  readonly incomplete: readonly { readonly key: string; readonly provenFrom: number }[];
}

/**
 * Compares histories and database (I9), of one session or of all, one after the other. Yields its progress, last the report;
 * whoever stops listening stops the work. Throws AtriumError `not-allowed`, `malformed-key`, `unknown-session` for a
 * single one, `temporal-unavailable`, `database-unavailable`.
 */
export async function* verifySessions(
  engine: Engine,
  caller: Caller,
  key?: string,
): AsyncGenerator<Progress | VerifyReport> {
  requireOwner(caller, 'verify sessions');
  if (key !== undefined) requireKey(key);
  const keys = key === undefined ? await listKnownSessions(engine) : [key];
  const differences: Difference[] = [];
  const failures: SessionFailure[] = [];
  const incomplete: { readonly key: string; readonly provenFrom: number }[] = [];
  for (const [index, session] of keys.entries()) {
    const found = await verifySession(engine, session);
    if (key !== undefined && !found.isKnown) throw unknownSession(key);
    differences.push(...found.differences);
    if (found.failure !== null) failures.push({ key: session, reason: found.failure });
    if (found.provenFrom !== null) incomplete.push({ key: session, provenFrom: found.provenFrom });
    yield { kind: 'progress', done: index + 1, total: keys.length };
  }
  yield { kind: 'done', checked: keys.length, differences, failures, incomplete };
}
