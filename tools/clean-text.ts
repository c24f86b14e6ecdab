/** Control characters, those that turn the direction of writing, and invisible ones that hide words from people. */
const unwanted = /(?![\t\n])\p{Cc}|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** A text from outside, fit for a model, a database and a terminal: whole characters, tabs and line ends, at most so long. */
export const cleanText = (text: string, longest: number): string =>
  text.slice(0, longest).toWellFormed().replaceAll('\r\n', '\n').replace(unwanted, '');

/** The same of every text in a value from outside that becomes JSON. */
export function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value, value.length);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [cleanText(name, name.length), cleanValue(part)]),
  );
}
