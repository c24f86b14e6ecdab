import type { WaitingEvent, WaitingReason } from './live-event.ts';
import type { CallKind } from './model-call.ts';
import type { QueueLimits } from './queue-limits.ts';
import type { CallPriority } from './session-state.ts';

/** A model call by its names: `call` is unique within its session. */
export interface CallId {
  readonly session: string;
  readonly call: string;
}

/** What is known of a call from its scheduling on. */
export interface CallFacts extends CallId {
  readonly provider: string;
  /** As `Message.turn`. */
  readonly turn: number;
  readonly kind: CallKind;
  readonly priority: CallPriority;
  /** Milliseconds since the epoch. */
  readonly queuedAt: number;
}

/** A call that waits or runs now. A view for people, never the record: what is lost here is missed by nobody. */
export interface LiveCall extends CallFacts {
  readonly state: 'waiting' | 'running';
  /** Since when it is in this state; milliseconds since the epoch. */
  readonly since: number;
  /** `provider:model`; null until it ran once. */
  readonly model: string | null;
  /** Of the answer so far, an estimate. */
  readonly tokens: number;
  /** Why it waits, when it was tried before; null for a place in the queue. */
  readonly reason: WaitingReason | null;
  /** When it comes back to the queue; milliseconds since the epoch. */
  readonly retryAt: number | null;
}

/** What was used of a provider. */
export interface RateCount {
  readonly provider: string;
  /** Calls that began. */
  readonly requests: number;
  /** Tokens of calls that ended. */
  readonly tokens: number;
}

/** Where a waiting call stands. */
export interface CallPlace extends CallId {
  /** Calls ahead, an estimate. */
  readonly place: number;
  readonly reason: WaitingReason;
  readonly retryAt: number | null;
}

/** Why a call waits that has nothing else to wait for than its turn. */
export const queueReason = (limits: QueueLimits, runningCount: number): WaitingReason =>
  limits.requestsPerSecond !== null && (limits.slots === null || runningCount < limits.slots)
    ? 'rate'
    : 'slots';

/**
 * Whether a viewer should hear of where a call stands: of the first news, of another reason or time, and of a place that
 * is so much better that it matters. In a long queue a step is nothing.
 */
export function isWorthTelling(
  told: Pick<CallPlace, 'place' | 'reason' | 'retryAt'> | undefined,
  now: CallPlace,
): boolean {
  if (told === undefined || told.reason !== now.reason || told.retryAt !== now.retryAt) return true;
  return Math.abs(told.place - now.place) >= Math.max(1, told.place / 10);
}

/** The event that tells it. `attempt` is the last that began, 0 for none. */
export const waitingEvent = (
  { session, place, reason, retryAt }: CallPlace,
  { turn, attempt, at }: { readonly turn: number; readonly attempt: number; readonly at: number },
): WaitingEvent & { readonly session: string; readonly turn: number; readonly at: number } => ({
  kind: 'turn.waiting',
  session,
  turn,
  at,
  attempt,
  place,
  reason,
  ...(retryAt === null ? {} : { retryAt }),
});
