/**
 * What a person looks for, in the words that the database's index holds (`projection.words`): lower case, split at
 * punctuation; of scripts that are written without spaces every character.
 */

/** One thing that has to be there. */
export type SearchTerm =
  /** A word, or its beginning when it is the last one: somebody may still be typing. */
  | { readonly kind: 'word'; readonly text: string; readonly isPrefix: boolean }
  /** Characters that stand next to each other anywhere in a text, such as a Chinese word. */
  | { readonly kind: 'run'; readonly text: string };

/** An entry of the index, or the beginning of entries. */
export interface Lexeme {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** Kana, bopomofo, Hangul, Han: the ranges of the index. */
export const runCharacters =
  '\\u3005-\\u3007\\u3040-\\u312f\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
const breakCharacters =
  '\\0-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00a9\\u00ab-\\u00b4\\u00b6-\\u00b9\\u00bb-\\u00bf\\u00d7\\u00f7' +
  '\\u2000-\\u206f\\u2e00-\\u2e7f\\u3000-\\u3004\\u3008-\\u3020\\u3030\\ufe30-\\ufe4f\\ufe50-\\ufe6f\\uff00-\\uff0f\\uff1a-\\uff20' +
  '\\uff3b-\\uff40\\uff5b-\\uff65\\ufeff\\ufffd\\ud800-\\udfff';

/** Longer words are in the index in pieces of this many characters. */
const longestWord = 64;
/** More than anybody types; each costs a look at the index. */
const mostTerms = 16;

const breaks = new RegExp(`[${breakCharacters}]+`, 'u');
const pieces = new RegExp(`[${runCharacters}]+|[^${runCharacters}]{1,${longestWord}}`, 'gu');
const run = new RegExp(`^[${runCharacters}]`, 'u');

/** The terms of a query, all of which must be found. None when it is nothing but punctuation. */
export function parseSearch(query: string): readonly SearchTerm[] {
  const parts = splitText(query).slice(0, mostTerms);
  return parts.map((text, index) =>
    run.test(text) ? { kind: 'run', text } : { kind: 'word', text, isPrefix: index === parts.length - 1 },
  );
}

/** The words and runs of a text, in order. */
const splitText = (text: string): readonly string[] =>
  toLowerCase(text)
    .split(breaks)
    .flatMap((part) => part.match(pieces) ?? []);

/** The entries of the index that a text which has the term holds: of a run each character. */
export function lexemesOf(term: SearchTerm): readonly Lexeme[] {
  if (term.kind === 'word') return [{ text: term.text, isPrefix: term.isPrefix }];
  return Array.from(term.text, (text) => ({ text, isPrefix: false }));
}

/**
 * Lower case character by character, as the database does it, so that the result is as long as the text: what has no
 * lower case of the same length stays.
 */
export function toLowerCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length && !/[\u03a3\u0130]/.test(text)) return lower;
  return Array.from(text, (character) => {
    const one = character.toLowerCase();
    return one.length === character.length ? one : character;
  }).join('');
}
