const shape = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const reserved = new Set(['archived', 'create']);
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** Why a text cannot be a session's key, as a code, or undefined when it can. Keys are case-sensitive. */
export function sessionKeyFault(key: string): 'malformed-key' | 'reserved-key' | undefined {
  if (!shape.test(key)) return 'malformed-key';
  return reserved.has(key) ? 'reserved-key' : undefined;
}

/** A key of our own making: `s-` and 12 letters of a-z2-7, from 12 random bytes. It says nothing about its session. */
export function createSessionKey(randomBytes: Uint8Array): string {
  const letters = Array.from(randomBytes.subarray(0, 12), (byte) => alphabet[byte % 32] ?? 'a');
  return `s-${letters.join('')}`;
}
