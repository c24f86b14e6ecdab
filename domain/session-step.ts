import { wantsProjection } from './changes.ts';
import type { SessionState } from './session-state.ts';
import { nextGroup } from './waiting.ts';

/** `conclude`: an ephemeral session's task is done. `end`: the workflow is over. */
export type SessionStep = 'turn' | 'roll' | 'conclude' | 'end' | 'wait';

/** What the workflow knows of its own run. */
export interface RunMeter {
  /** Events in this run's history. */
  readonly historyLength: number;
  /** The server finds the history long or large. */
  readonly isRollSuggested: boolean;
  readonly turnsInRun: number;
  /** The database is being brought up to date. */
  readonly isProjecting: boolean;
  /** A title or summary is being made. */
  readonly isCalling: boolean;
  /** The session is archived and was left alone for a while. */
  readonly isQuiet: boolean;
}

/** Events after which a run rolls when nothing is under way, and after which it rolls in any case. */
const softEventLimit = 1_500;
const hardEventLimit = 3_000;
/** A run shorter than this is tiny already. */
const tinyEventCount = 16;

/** What the session does next: turns one at a time (I4), a fresh run between turns when this one has grown long. */
export function nextStep(state: SessionState, meter: RunMeter): SessionStep {
  if (state.running !== null) return 'wait';
  if (state.isClosing || state.facts.endedAt !== null)
    return meter.isProjecting || wantsProjection(state) ? 'wait' : 'end';
  if (meter.isRollSuggested || meter.historyLength >= hardEventLimit) return 'roll';
  if (!meter.isCalling && isRollDue(state, meter)) return 'roll';
  const hasTurn = state.wanted.includes('greeting') || nextGroup(state).length > 0;
  if (hasTurn) return 'turn';
  return state.facts.ephemeral && isTaskDone(state) ? 'conclude' : 'wait';
}

/** A projection under way holds nothing up: the next run carries what the database lacks and asks again. */
function isRollDue(state: SessionState, meter: RunMeter): boolean {
  if (meter.turnsInRun >= state.settings.rollAfterTurns || meter.historyLength >= softEventLimit) return true;
  return meter.isQuiet && meter.historyLength > tinyEventCount;
}

/** When the session should archive itself, in milliseconds; undefined while it should not (pinned, archived, in use). */
export function idleArchiveAt(state: SessionState): number | undefined {
  const after = state.settings.idleArchiveAfterMs;
  const { archivedAt, pinnedAt, ephemeral } = state.facts;
  if (after === null || ephemeral || archivedAt !== null || pinnedAt !== null) return undefined;
  if (state.running !== null || state.inbox.length > 0) return undefined;
  return state.lastActiveAt + after;
}

/** Whether an ephemeral session has done what it was made for. */
function isTaskDone(state: SessionState): boolean {
  return state.facts.turnCount > 0 && state.inbox.length === 0;
}
