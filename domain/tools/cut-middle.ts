/** What a model is shown of a result at most, in UTF-16 units. */
export const longestShownResult = 16_000;

/** A text of at most so many UTF-16 units: what is longer is cut in its middle, and says so. */
export function cutMiddle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const mark = `\n[… ${text.length - longest} characters left out …]\n`;
  const half = Math.max(0, Math.floor((longest - mark.length) / 2));
  const tail = half === 0 ? '' : text.slice(-half);
  // A cut may part the two halves of a character.
  return `${text.slice(0, half).replace(/[\ud800-\udbff]$/, '')}${mark}${tail.replace(/^[\udc00-\udfff]/, '')}`;
}
