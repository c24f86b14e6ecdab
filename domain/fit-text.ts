import { estimateTokens, messageOverheadTokens } from './tokens.ts';

/** Estimated tokens of a text as one message. */
export const tokensOf = (text: string): number =>
  text === '' ? 0 : estimateTokens(text) + messageOverheadTokens;

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

/**
 * Texts that take at most so many tokens together: the longest are cut to one length, and as little as is needed.
 */
export function fitTexts(texts: readonly string[], budgetTokens: number): readonly string[] {
  const level = levelOf(texts.map(tokensOf), budgetTokens);
  return texts.map((text) => fitText(text, level));
}

/** The most that each may take so that all together fit. */
function levelOf(costs: readonly number[], budgetTokens: number): number {
  let left = budgetTokens;
  const rising = costs.toSorted((a, b) => a - b);
  for (const [index, cost] of rising.entries()) {
    const share = Math.floor(left / (rising.length - index));
    if (cost > share) return Math.max(0, share);
    left -= cost;
  }
  return Number.POSITIVE_INFINITY;
}
