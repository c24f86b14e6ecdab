/**
 * Texts of a session come from outside: a title or a reply may hold sequences that repaint the terminal, change its
 * title or answer as if somebody had typed. Nothing is printed without having passed here.
 */

/** Controls but tab and line feed, and marks that turn the direction of text around. Carriage returns just go. */
const hostile =
  // oxlint-disable-next-line eslint/no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A text of several lines without anything that a terminal obeys. A control shows as its picture, such as ␛. */
export function neutraliseText(text: string): string {
  return text.toWellFormed().replace(hostile, picture);
}

/** The same in one line: what breaks lines becomes a space. */
export function neutraliseLine(text: string): string {
  return neutraliseText(text.replace(/[\r\n\t\u0085\u2028\u2029]+/g, ' '));
}

/** JSON for a terminal or a pipe: what JSON may leave as it is but a terminal would obey is written as `\uXXXX`. */
export function neutraliseJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (character === '\r') return '';
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
