/** A user's message of about 250 bytes that begins with `marker`, so that it can be found again. */
export function plainText(marker: string): string {
  const words =
    'what would you say if somebody asked you to tell the whole story again from its very beginning';
  return `${marker} ${words} ${words} ${words}`.slice(0, 250);
}
