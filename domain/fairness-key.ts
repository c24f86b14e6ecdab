const longest = 64;

/**
 * The key by which the shared queue takes turns among sessions: the session's own key where it fits into the server's
 * 64 bytes, else its head and a hash of the whole (keys are ASCII).
 */
export function fairnessKey(sessionKey: string): string {
  if (sessionKey.length <= longest) return sessionKey;
  return `${sessionKey.slice(0, longest - 9)}#${fnv1a(sessionKey)}`;
}

/** 32-bit FNV-1a as eight hex digits: short, and stable over releases, which replay relies on. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
