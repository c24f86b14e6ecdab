import type { SessionEvent } from '../client/session-event.ts';
import { neutraliseText } from '../output/neutralise.ts';

type Token = Extract<SessionEvent, { kind: 'token' }>;

/** How much of a turn's reply has been shown. */
export interface ReplyText {
  readonly turn: number;
  readonly attempt: number;
  /** Where the shown text ends, in UTF-16 units. */
  readonly end: number;
  /** The first half of a character whose second half is still to come. */
  readonly half: string;
}

export const emptyReply = (turn: number, attempt: number): ReplyText => ({ turn, attempt, end: 0, half: '' });

/** What a token adds to what is shown, safe to print. A token that comes twice adds nothing the second time. */
export function addToken(
  shown: ReplyText,
  { turn, attempt, text, end }: Token,
): { readonly reply: ReplyText; readonly addition: string } {
  const reply = attempt > shown.attempt ? emptyReply(turn, attempt) : shown;
  if (attempt < reply.attempt || end <= reply.end) return { reply, addition: '' };
  const known = reply.end - (end - text.length);
  const fresh = reply.half + text.slice(Math.max(0, known));
  const cut = /[\ud800-\udbff]$/.test(fresh) ? fresh.length - 1 : fresh.length;
  return { reply: { ...reply, end, half: fresh.slice(cut) }, addition: neutraliseText(fresh.slice(0, cut)) };
}
