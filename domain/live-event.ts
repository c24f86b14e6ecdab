import type { Message } from './message.ts';

/**
 * What the side channel carries of a turn while it runs. It is a view, never the record: the committed text is the model
 * activity's result, and whatever is lost here arrives with the turn's outcome.
 */
export type LiveEvent = LiveEventPlace &
  (StartedEvent | WaitingEvent | TokenEvent | TurnResetEvent | FinishedEvent);

export interface LiveEventPlace {
  readonly session: string;
  /** As `Message.turn`: from 1; 0 is the greeting that opens a chapter. */
  readonly turn: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** An attempt of the turn's model call has begun. `attempt` counts from 1. */
export interface StartedEvent {
  readonly kind: 'turn.started';
  readonly attempt: number;
  readonly messageIds: readonly string[];
  readonly model: string | null;
}
/** The call waits for its place in the queue or for the provider. */
export interface WaitingEvent {
  readonly kind: 'turn.waiting';
  readonly attempt: number;
  /** How many calls are ahead, an estimate. */
  readonly place: number;
  readonly reason: WaitingReason;
  /** When it is tried again, in milliseconds since the epoch. */
  readonly retryAt?: number;
}
/** An addition to the text of an attempt. */
export interface TokenEvent {
  readonly kind: 'token';
  readonly attempt: number;
  /** Where the addition begins in the attempt's text, in UTF-16 units; the first begins at 0. */
  readonly start: number;
  readonly text: string;
}
/** What was shown of earlier attempts is void; `attempt` is the new one. */
export interface TurnResetEvent {
  readonly kind: 'turn.reset';
  readonly attempt: number;
  readonly reason: ResetReason;
}
/** The turn has its outcome (I2). */
export interface FinishedEvent {
  readonly kind: 'turn.finished';
  readonly row: Message;
  /** The messages that the row is the outcome of. */
  readonly messageIds: readonly string[];
}

export type WaitingReason = 'slots' | 'rate' | 'tokens' | 'backoff';
/** `step`: the next step's text begins; what a tool gave stays. */
export type ResetReason = 'retry' | 'worker-lost' | 'fallback' | 'step';
