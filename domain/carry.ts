import { rowTokens } from './context-rows.ts';
import type { Message } from './message.ts';
import type { SessionState } from './session-state.ts';

/**
 * What a run hands to the next at continue-as-new. Versioned: `openCarry` accepts every version that a release wrote
 * (I12).
 */
export interface SessionCarry {
  readonly version: 1;
  readonly state: SessionState;
}

/**
 * The state without what the next run does not need: rows that are both projected and out of the context window. Rows
 * that the database may not hold are kept whatever they cost (I1, I9).
 */
export function carryState(state: SessionState): SessionCarry {
  const window = windowRows(state);
  const messages = state.messages.filter(
    (row) => row.revision > state.projectedRevision || isUnanswered(row) || window.has(row.position),
  );
  return { version: 1, state: { ...state, messages, calls: [], wanted: wantedAgain(state) } };
}

/** The state that a run continues with. */
export function openCarry(carry: SessionCarry): SessionState {
  const { facts } = carry.state;
  // Sessions of before have no rule and no tools of their own.
  return { ...carry.state, facts: { ...facts, busy: facts.busy ?? null, tools: facts.tools ?? null } };
}

/** A title whose call the roll cuts off is wanted again; a summary follows from the size of the window. */
function wantedAgain(state: SessionState): SessionState['wanted'] {
  const isCutOff = state.calls.some((call) => call.kind === 'title') && !state.wanted.includes('title');
  return isCutOff ? [...state.wanted, 'title'] : state.wanted;
}

const isUnanswered = (row: Message): boolean =>
  row.status === 'held' || row.status === 'waiting' || row.status === 'running';

/** Positions of the newest rows of the current chapter that fit the model's input, those that a summary covers left out. */
function windowRows(state: SessionState): ReadonlySet<number> {
  const { chapter } = state.facts;
  const covered = state.summary?.chapter === chapter ? state.summary.throughTurn : 0;
  const kept = new Set<number>();
  let left = state.contextLimit;
  for (const row of state.messages.toReversed()) {
    if (row.chapter !== chapter || (row.turn <= covered && row.turn !== 0)) continue;
    left -= rowTokens(row);
    if (left < 0) break;
    kept.add(row.position);
  }
  return kept;
}
