import type { Message } from './message.ts';
import { rowTokens } from './context-rows.ts';
import { tokensOf } from './fit-text.ts';
import type { SessionState } from './session-state.ts';

/** The share of the model's input at which older turns are summed up, and what is kept whole of it afterwards. */
const startShare = 0.7;
const keepShare = 0.35;

/**
 * The last turn that a summary should cover now, or undefined while the chapter's turns fit comfortably. Only finished
 * turns are covered, and the newest stay whole.
 */
export function compactionTurn(state: SessionState): number | undefined {
  const rows = finishedRows(state);
  const total = rows.reduce((sum, row) => sum + rowTokens(row), tokensOf(state.summary?.text ?? ''));
  if (total <= state.contextLimit * startShare) return undefined;
  return lastTurnBefore(rows, state.contextLimit * keepShare);
}

/**
 * The last turn that a summary should cover so that what is left takes at most so many tokens, summary included; undefined
 * when there is nothing but the running turn and the newest before it.
 */
export function shrinkingTurn(state: SessionState, mostTokens: number): number | undefined {
  const rows = finishedRows(state);
  return lastTurnBefore(rows, mostTokens * startShare - tokensOf(state.summary?.text ?? ''));
}

/** The rows of finished turns that no summary covers. */
function finishedRows(state: SessionState): readonly Message[] {
  const { chapter } = state.facts;
  const from = state.summary?.chapter === chapter ? state.summary.throughTurn : 0;
  return state.messages.filter(
    (row) =>
      row.chapter === chapter &&
      row.turn > from &&
      row.turn <= state.facts.turnCount &&
      row.turn !== state.running?.turn,
  );
}

/** The newest turn such that the turns after it take at most the given tokens; the newest turn of all always stays. */
function lastTurnBefore(rows: readonly Message[], keepTokens: number): number | undefined {
  const newest = Math.max(...rows.map((row) => row.turn));
  let kept = 0;
  for (const row of rows.toSorted((a, b) => b.turn - a.turn)) {
    kept += rowTokens(row);
    if (kept > keepTokens && row.turn < newest) return row.turn;
  }
  return undefined;
}
