import { runCharacters, toLowerCase, type SearchTerm } from './search-terms.ts';

/** A part of a text around what was looked for. */
export interface SearchSnippet {
  readonly text: string;
  /** Where terms are, `[start, end)` in UTF-16 units of `text`, in order, without overlaps. */
  readonly ranges: readonly (readonly [number, number])[];
}

type Range = readonly [number, number];

/** About as much as two lines of a list hold, in UTF-16 units. */
const longest = 120;
/** How much of it comes before the first match. */
const lead = 30;
const ellipsis = '…';

/** About 120 characters of a text around the first of the terms, on one line, with every term in it marked. */
export function createSnippet(text: string, terms: readonly SearchTerm[]): SearchSnippet {
  const found = findTerms(text, terms);
  const from = startOf(text, found[0]?.[0] ?? 0);
  const to = endOf(text, from);
  const before = from > 0 ? ellipsis : '';
  const after = to < text.length ? ellipsis : '';
  const shift = before.length - from;
  return {
    // Each break is one unit and becomes one, so the ranges stay right.
    text: `${before}${text.slice(from, to).replaceAll(/\s/g, ' ')}${after}`,
    ranges: found
      .filter(([start]) => start < to)
      .map(([start, end]): Range => [start + shift, Math.min(end, to) + shift]),
  };
}

/** Where the terms are in the text, in order and merged where they touch. */
function findTerms(text: string, terms: readonly SearchTerm[]): readonly Range[] {
  const lower = toLowerCase(text);
  const found = terms.flatMap((term) => occurrences(lower, term)).toSorted((one, other) => one[0] - other[0]);
  const merged: Range[] = [];
  for (const [start, end] of found) {
    const last = merged.at(-1);
    if (last === undefined || start > last[1]) merged.push([start, end]);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
  }
  return merged;
}

function occurrences(lower: string, term: SearchTerm): readonly Range[] {
  const pattern = term.kind === 'word' ? wordPattern(term.text, term.isPrefix) : escape(term.text);
  return Array.from(lower.matchAll(new RegExp(pattern, 'gu')), (match): Range => [
    match.index,
    match.index + match[0].length,
  ]);
}

/** A word begins and ends where letters do, or where a script without spaces does. */
function wordPattern(word: string, isPrefix: boolean): string {
  const inner = `(?:(?![${runCharacters}])[\\p{L}\\p{N}\\p{M}])`;
  return `(?<!${inner})${escape(word)}${isPrefix ? '' : `(?!${inner})`}`;
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** Some text before the match, from the beginning of a word where there is one near. */
function startOf(text: string, match: number): number {
  const wanted = match - lead;
  if (wanted <= 0) return 0;
  const space = text.slice(wanted, match).search(/\s/);
  return wholeCharacter(text, space === -1 ? wanted : wanted + space + 1);
}

const endOf = (text: string, from: number): number =>
  from + longest >= text.length ? text.length : wholeCharacter(text, from + longest);

/** Not between the two halves of a character. */
const wholeCharacter = (text: string, index: number): number =>
  /[\uDC00-\uDFFF]/.test(text.charAt(index)) ? index - 1 : index;
