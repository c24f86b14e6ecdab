/** The most that one message may have, in bytes of UTF-8. */
export const messageLimitBytes = 256 * 1024;

/** Why a text cannot be a message, as a code, or undefined when it can. */
export function messageTextFault(text: string): 'empty-text' | 'bad-text' | 'message-too-large' | undefined {
  if (utf8Length(text) > messageLimitBytes) return 'message-too-large';
  if (!isCleanText(text)) return 'bad-text';
  return text.trim() === '' ? 'empty-text' : undefined;
}

/** Whether a text can be stored and sent as it is: no NUL (PostgreSQL takes none), no half of a surrogate pair. */
export function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
