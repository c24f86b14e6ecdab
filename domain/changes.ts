import type { FactsAnswer, SessionChanges } from './session-changes.ts';
import type { SessionState } from './session-state.ts';

/** What a database that holds `fromRevision` lacks: the facts as they are, and the rows that changed since. */
export function changesSince(state: SessionState, fromRevision: number): SessionChanges {
  return {
    fromRevision,
    fromPosition: state.messages.findLast((row) => row.revision <= fromRevision)?.position ?? 0,
    revision: state.revision,
    facts: state.facts,
    messages: state.messages.filter((row) => row.revision > fromRevision),
  };
}

/** Whether the database should be brought up to date now: at once for what people look at, else between turns. */
export function wantsProjection(state: SessionState): boolean {
  if (state.projectedRevision < state.urgentRevision) return true;
  return state.running === null && state.projectedRevision < state.revision;
}

/** The state after the database confirmed a revision. */
export function confirmProjection(state: SessionState, revision: number): SessionState {
  return { ...state, projectedRevision: Math.max(state.projectedRevision, revision) };
}

/** What a caller sees of the session without its transcript. */
export function factsOf(state: SessionState): FactsAnswer {
  return {
    facts: state.facts,
    revision: state.revision,
    running: state.running !== null,
    waitingCount: state.inbox.length,
  };
}
