import type { ErrorKind } from './atrium-error.ts';
import type { SessionFacts } from './session-facts.ts';

/** What somebody may want to do with a session. */
export type SessionVerb =
  | 'post to'
  | 'archive'
  | 'restore'
  | 'pin'
  | 'unpin'
  | 'change'
  | 'reset'
  | 'interrupt'
  | 'withdraw from'
  | 'fork'
  | 'delete';

/** Why something is not allowed now. */
export interface SessionRefusal {
  readonly kind: ErrorKind;
  readonly code: 'session-ended' | 'session-ephemeral' | 'main-session';
  /** The second half of a sentence: "it has ended". */
  readonly reason: string;
}

/**
 * What is allowed now, and why the rest is not; undefined when it is. Repeating a verb is always allowed. An ephemeral
 * session cannot be archived or pinned: it goes with its task, and both promise that nothing is cleaned up (I7).
 */
export function sessionCan(
  verb: SessionVerb,
  facts: Pick<SessionFacts, 'key' | 'ephemeral' | 'endedAt'>,
  mainKey: string,
): SessionRefusal | undefined {
  // What is readable can be forked and deleted.
  if (verb === 'fork') return undefined;
  if (verb === 'delete') return facts.key === mainKey ? isMain : undefined;
  if (facts.endedAt !== null) return hasEnded;
  return facts.ephemeral && (verb === 'archive' || verb === 'pin') ? isEphemeral : undefined;
}

const hasEnded: SessionRefusal = { kind: 'gone', code: 'session-ended', reason: 'it has ended' };
const isMain: SessionRefusal = { kind: 'conflict', code: 'main-session', reason: 'it is the main session' };
const isEphemeral: SessionRefusal = {
  kind: 'conflict',
  code: 'session-ephemeral',
  reason: 'it is ephemeral and goes with its task',
};
