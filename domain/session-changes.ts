import type { Message } from './message.ts';
import type { SessionFacts } from './session-facts.ts';

/** A session without its transcript, as its workflow sees it now. */
export interface FactsAnswer {
  readonly facts: SessionFacts;
  readonly revision: number;
  readonly running: boolean;
  readonly waitingCount: number;
}

/** What a database that holds an earlier revision lacks. */
export interface SessionChanges {
  readonly revision: number;
  readonly facts: SessionFacts;
  /** Rows with `revision > fromRevision`, in order of position. */
  readonly messages: readonly Message[];
}
