import { randomBytes } from 'node:crypto';
import { createSessionKey } from '../domain/session-key.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** A key that nobody can guess and that says nothing. */
export function newSessionKey(): string {
  return createSessionKey(randomBytes(12));
}

/** An id for a message that came without one: `m-` and 20 letters of a-z2-7. */
export function newMessageId(): string {
  return `m-${letters(20)}`;
}

/** An id for the receipt of a deletion: `r-` and 20 letters of a-z2-7. */
export function newReceiptId(): string {
  return `r-${letters(20)}`;
}

const letters = (count: number): string =>
  Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
