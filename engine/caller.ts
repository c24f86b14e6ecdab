import { AtriumError } from '../domain/atrium-error.ts';
import type { SessionFacts } from '../domain/session-facts.ts';

/** Who asks. Every use case that a person reaches takes one; which sessions they may see is decided here (I11). */
export type Caller = { readonly kind: 'owner' };

/** The one who has the server's token or a signed-in browser: sees and may everything. */
export const owner: Caller = { kind: 'owner' };

/** Throws `forbidden` unless the caller may do this with any session, of which there need be none yet. */
export function requireOwner(caller: Caller, what: string): void {
  if (caller.kind !== 'owner')
    throw new AtriumError('forbidden', 'not-allowed', `Cannot ${what}: only the owner may.`);
}

/** Which sessions one may know of: all, those of its own conversation in a channel, or itself alone. */
export type SessionReach = 'all' | 'itself' | { readonly channel: string };

/**
 * What a session may see of the others when it acts by itself, as with a tool (I11): no more than whoever talks in it. The
 * owner's own sessions see what the owner sees; behind a channel there is somebody else.
 */
export function reachOf({
  channelBinding,
  kind,
}: Pick<SessionFacts, 'channelBinding' | 'kind'>): SessionReach {
  if (channelBinding !== null) return { channel: channelBinding };
  return kind === 'visitor' || kind === 'group' ? 'itself' : 'all';
}
