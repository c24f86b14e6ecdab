const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const empty = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Columns that a text takes in a terminal: two for a Chinese character or an emoji, none for a combining mark. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += segmentWidth(segment);
  return width;
}

/** The text in at most so many columns, with an ellipsis where something is left out. */
export function fitWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += segmentWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function segmentWidth(segment: string): number {
  if (empty.test(segment)) return 0;
  return wide.test(segment) ? 2 : 1;
}

/** What stands in the last row when a terminal of so many columns breaks a text without line breaks by itself. */
export function lastRow(text: string, columns: number): string {
  let row = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const own = segmentWidth(segment);
    const isFull = width + own > columns;
    row = isFull ? segment : row + segment;
    width = isFull ? own : width + own;
  }
  return row;
}
