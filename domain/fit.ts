import { fixedTokens, groupRows, tokensOfAll, type ContextGroup } from './context-rows.ts';
import { fitTexts } from './fit-text.ts';
import type { ContextMessage } from './model-call.ts';
import type { Message } from './message.ts';

/**
 * The newest whole turns that fit into a budget, oldest first; the current turn is always there, its texts shortened and
 * its oldest steps left out when it alone is too large. A tool's call and its result come and go together.
 */
export function fitTurns(
  rows: readonly Message[],
  currentTurn: number,
  budgetTokens: number,
): readonly ContextMessage[] {
  const current = groupRows(rows.filter((row) => row.turn === currentTurn));
  const kept = [...fitCurrent(current, budgetTokens)];
  let left = budgetTokens - tokensOfAll(kept);
  for (const turn of turnsBefore(rows, currentTurn)) {
    const messages = groupRows(turn).flat();
    const cost = tokensOfAll(messages);
    if (cost > left) break;
    left -= cost;
    kept.unshift(...messages);
  }
  return kept;
}

function fitCurrent(groups: readonly ContextGroup[], budgetTokens: number): readonly ContextMessage[] {
  const messages = withoutOldSteps(groups, Math.floor(budgetTokens / 2)).flat();
  const fixed = messages.reduce((sum, message) => sum + fixedTokens(message), 0);
  const texts = fitTexts(
    messages.map(({ text }) => text),
    budgetTokens - fixed,
  );
  return messages.map((message, index) => ({ ...message, text: texts[index] ?? '' }));
}

/** The newest steps whose calls take at most so many tokens, and everything that somebody said. */
function withoutOldSteps(groups: readonly ContextGroup[], budgetTokens: number): readonly ContextGroup[] {
  let left = budgetTokens;
  const kept = groups.toReversed().filter((group) => {
    left -= group.reduce((sum, message) => sum + fixedTokens(message), 0);
    return left >= 0 || group.length === 1;
  });
  return kept.toReversed();
}

/** The turns before one, newest first. */
function turnsBefore(rows: readonly Message[], currentTurn: number): readonly (readonly Message[])[] {
  const turns: Message[][] = [];
  for (const row of rows) {
    if (row.turn === currentTurn) continue;
    const last = turns.at(-1);
    if (last?.[0]?.turn === row.turn) last.push(row);
    else turns.push([row]);
  }
  return turns.toReversed();
}
