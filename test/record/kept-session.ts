import type { Message } from '../../domain/message.ts';
import type { SessionFacts } from '../../domain/session-facts.ts';

/** A file of `test/histories/`: the runs of one session, and what the release that recorded it made of them. */
export interface KeptSession {
  readonly key: string;
  readonly facts: SessionFacts;
  readonly revision: number;
  readonly messages: readonly Message[];
  /** Oldest first; `history` in Temporal's JSON form. */
  readonly runs: readonly { readonly runId: string; readonly history: unknown }[];
}
