import { AtriumError } from '../../domain/atrium-error.ts';
import { listApprovals } from '../../store/list-tool-rows.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSession } from '../sessions/open-session.ts';
import { syncSession } from '../sessions/sync-session.ts';
import { signalSession } from '../session-calls.ts';

/** What a person said to a call that waited for it. */
export interface AnsweredApproval {
  readonly id: string;
  readonly session: string;
  readonly turn: number;
}

/**
 * Allows or denies a call of a tool; its turn goes on. An approval asks once: throws `unknown-approval` for one that nobody
 * waits for any more, and whatever `openSession` throws.
 */
export async function answerApproval(
  engine: Engine,
  caller: Caller,
  id: string,
  allow: boolean,
): Promise<AnsweredApproval> {
  const waiting = id.includes('\0') ? undefined : (await listApprovals(engine.database, id))[0];
  if (waiting === undefined)
    throw new AtriumError(
      'not-found',
      'unknown-approval',
      'Nothing waits for this approval: it was answered, has expired, or its turn was stopped.',
    );
  const { session, row } = waiting;
  await openSession(engine, caller, session);
  await signalSession(engine, session, 'approve', { id, allow });
  await syncSession(engine, session);
  return { id, session, turn: row.turn };
}
