import type { ContextMessage } from './model-call.ts';
import type { Message } from './message.ts';
import { estimateTokens, messageOverheadTokens } from './tokens.ts';

/** Estimated tokens of a text as one message. */
export const tokensOf = (text: string): number =>
  text === '' ? 0 : estimateTokens(text) + messageOverheadTokens;

/**
 * The newest whole turns that fit into a budget, oldest first; the current turn is always there, its texts shortened
 * when it alone is too large.
 */
export function fitTurns(
  rows: readonly Message[],
  currentTurn: number,
  budgetTokens: number,
): readonly ContextMessage[] {
  const current = rows.filter((row) => row.turn === currentTurn);
  const share = Math.floor(budgetTokens / Math.max(1, current.length));
  const kept = current.map((row) => shown(row, fitText(row.text, share)));
  let left = budgetTokens - kept.reduce((sum, message) => sum + tokensOf(message.text), 0);
  for (const turn of turnsBefore(rows, currentTurn)) {
    const cost = turn.reduce((sum, row) => sum + tokensOf(row.text), 0);
    if (cost > left) break;
    left -= cost;
    kept.unshift(...turn.map((row) => shown(row, row.text)));
  }
  return kept;
}

/** A text cut in its middle so that it takes at most so many tokens as one message; short ones come back as they are. */
export function fitText(text: string, budgetTokens: number): string {
  if (tokensOf(text) <= budgetTokens) return text;
  const marker = '\n[…]\n';
  const characters = Array.from(text);
  let keep = Math.floor((characters.length * budgetTokens) / tokensOf(text));
  while (keep > 0) {
    const half = Math.floor(keep / 2);
    const tail = half === 0 ? '' : characters.slice(-half).join('');
    const cut = `${characters.slice(0, half).join('')}${marker}${tail}`;
    if (tokensOf(cut) <= budgetTokens) return cut;
    keep = Math.floor(keep * 0.9);
  }
  return '';
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

const shown = (row: Message, text: string): ContextMessage => ({
  role: row.role === 'assistant' ? 'assistant' : 'user',
  text,
});
