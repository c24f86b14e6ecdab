import type { CallId, CallPlace, LiveCall } from '../domain/live-call.ts';

/** What a process knows of a call, and what it has said of it. */
export interface BoardEntry {
  readonly call: LiveCall;
  /** Whether a session of this process scheduled it, and so will say when it is over. */
  readonly isAnnounced: boolean;
  /** Its result is on its way to the session. */
  readonly isOver: boolean;
  /** The last attempt that began, as far as somebody waits for the next; 0 for none. */
  readonly attempt: number;
  readonly seenAt: number;
  readonly changedAt: number;
  /** When it was last written; undefined while it is not. */
  readonly savedAt: number | undefined;
  readonly told: ToldPlace | undefined;
}

/** The last that viewers heard of where a call stands. */
export type ToldPlace = Pick<CallPlace, 'place' | 'reason' | 'retryAt'> & { readonly at: number };

/** A call that begins, or ends, within this time is not worth a word to anybody; milliseconds. */
export const patienceMs = 300;
/** How often those who wait are told where they stand; milliseconds. */
export const roundMs = 1_000;
/** How often a process vouches for calls of which there is no news; milliseconds. */
const vouchMs = 15_000;
/** The result of a call reaches its session long before. Then the session went on in another process; milliseconds. */
const overMs = 60_000;
/** A timer may fire a little early. */
const slackMs = 20;

export const keyOf = ({ session, call }: CallId): string => `${session} ${call}`;

/** New and old enough, changed, or due to be vouched for. */
export function isDue({ isOver, seenAt, changedAt, savedAt }: BoardEntry, now: number): boolean {
  if (isOver) return false;
  if (savedAt === undefined) return now - seenAt >= patienceMs - slackMs;
  return changedAt > savedAt || now - savedAt >= vouchMs;
}

/** Whether somebody may want to know where the call stands: only replies and greetings have viewers. */
export function isWatched({ call: { state, kind }, savedAt, isOver }: BoardEntry): boolean {
  return savedAt !== undefined && !isOver && state === 'waiting' && (kind === 'reply' || kind === 'greeting');
}

/** Whether its viewers heard something within the last round. */
export const wasJustTold = ({ told }: BoardEntry, now: number): boolean =>
  told !== undefined && now - told.at < roundMs - slackMs;

/** Over, and nobody will ask for it any more. */
export const isLeftOver = ({ isOver, changedAt }: BoardEntry, now: number): boolean =>
  isOver && now - changedAt > overMs;
