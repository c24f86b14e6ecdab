import type { Message } from './message.ts';
import type { SessionFacts } from './session-facts.ts';

/** A session without its transcript, as its workflow sees it now. */
export interface FactsAnswer {
  readonly facts: SessionFacts;
  readonly revision: number;
  readonly running: boolean;
  readonly waitingCount: number;
}

/**
 * What a database that holds an earlier revision lacks. A worker hands this out before the server has taken its task; when
 * the worker dies in between, the task is done again, later, and may come to another result. Hence the rule of whoever
 * writes it: the later `facts.updatedAt` wins, then the higher revision; a loser is dropped whole (the winner has all that
 * nobody confirmed yet), and rows behind `fromPosition` of a revision behind `fromRevision` that are not listed are removed.
 */
export interface SessionChanges {
  /** The revision that the database was last known to hold. */
  readonly fromRevision: number;
  /** Rows up to this position were there at `fromRevision`. */
  readonly fromPosition: number;
  readonly revision: number;
  readonly facts: SessionFacts;
  /** Rows with `revision > fromRevision`, in order of position. */
  readonly messages: readonly Message[];
}
