import { setTimeout as sleep } from 'node:timers/promises';
import { compareSession, type Difference, type StoredSession } from '../../replay/compare.ts';
import type { ReplayAnswer } from '../../replay/replays.ts';
import { findOpenReceipt } from '../../store/receipts.ts';
import { loadStoredSession } from '../../store/stored-session.ts';
import { askReplay } from './ask-replay.ts';
import type { Engine } from '../engine.ts';

/** What a look at one session found. */
export interface SessionFinding {
  readonly differences: readonly Difference[];
  /** Why the session could not be replayed (I12); null when it could. */
  readonly failure: string | null;
  /** When the server no longer keeps the session's oldest runs: rows that last changed before this revision are unproven. */
  readonly provenFrom: number | null;
  /** Whether histories or database have such a session at all. */
  readonly isKnown: boolean;
}

/** A look, and whether a further one could find something else. */
interface Look extends SessionFinding {
  readonly isSettled: boolean;
  /** The revision that the session has asked the database to hold. */
  readonly due: number | undefined;
}

/** A projection is there within a second when nothing is wrong. */
const looks = 8;
const betweenLooksMs = 250;

/**
 * Compares what a session's histories say with its rows (I9). A session that moves meanwhile is compared at the revision
 * that the database holds, and looked at again before a lag is called a difference.
 */
export async function verifySession(engine: Engine, key: string): Promise<SessionFinding> {
  let due: number | undefined;
  for (let look = 1; ; look += 1) {
    const found = await lookAt(engine, key, due);
    if (found.isSettled || look === looks) return found;
    due ??= found.due;
    await sleep(betweenLooksMs);
  }
}

async function lookAt(engine: Engine, key: string, due: number | undefined): Promise<Look> {
  const stored = await loadStoredSession(engine.database, key);
  const answer = await askReplay(engine, key, stored?.revision);
  switch (answer.kind) {
    case 'replayed':
      return judge(answer, stored, due);
    case 'fresh':
      return nothing;
    case 'failed':
      return { ...nothing, failure: answer.reason };
    case 'unknown':
      return judgeUnknown(engine, key, stored);
  }
}

const nothing: Look = {
  differences: [],
  failure: null,
  provenFrom: null,
  isKnown: true,
  isSettled: true,
  due: undefined,
};

async function judgeUnknown(engine: Engine, key: string, stored: StoredSession | undefined): Promise<Look> {
  if (await isBeingErased(engine, key, stored)) return nothing;
  if (stored === undefined) return { ...nothing, isKnown: false };
  return { ...nothing, differences: [{ key, kind: 'unknown-session', at: key }] };
}

function judge(
  { newest, earlier, isEnding, isProjectionDue }: Extract<ReplayAnswer, { kind: 'replayed' }>,
  stored: StoredSession | undefined,
  due: number | undefined,
): Look {
  // Its rows go before its histories do.
  if (isEnding) return nothing;
  const { key, revision, baseRevision } = newest;
  const provenFrom = baseRevision === 0 ? null : baseRevision;
  const differences = compareSession(earlier ?? newest, stored);
  const isBehind = isProjectionDue && stored !== undefined && stored.revision < (due ?? revision);
  const lag: Difference = { key, kind: 'behind', at: `revision ${stored?.revision} of ${revision}` };
  return {
    ...nothing,
    differences: isBehind && differences.length === 0 ? [lag] : differences,
    provenFrom,
    // While the database owes the session something, or is ahead of the histories that were read, both still move.
    isSettled: differences.length === 0 ? !isBehind : !isProjectionDue && (stored?.revision ?? 0) <= revision,
    due: isProjectionDue ? revision : undefined,
  };
}

/** Its rows are about to go, or are what is left of a session that went. */
export async function isBeingErased(
  engine: Engine,
  key: string,
  stored: StoredSession | undefined,
): Promise<boolean> {
  if (stored !== undefined && stored.facts.endedAt !== null) return true;
  return (await findOpenReceipt(engine.database, key)) !== undefined;
}
