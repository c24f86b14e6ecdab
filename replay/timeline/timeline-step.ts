import type { CallContext, CallKind, ContextMessage } from '../../domain/model-call.ts';
import type { Message, MessageSource, TokenUsage, ToolState } from '../../domain/message.ts';
import type { SessionFacts } from '../../domain/session-facts.ts';
import type { InboxEntry } from '../../domain/session-state.ts';

/**
 * One thing that happened in a session. `n` counts from 0 and never changes while the server keeps the session's runs; what
 * happens later comes behind. `at` in milliseconds; `turn` is null for what belongs to none; `title` is a sentence.
 */
export type TimelineStep = StepPlace & StepEvent;

export interface StepPlace {
  readonly n: number;
  readonly at: number;
  readonly turn: number | null;
  readonly title: string;
  /** How long this waited before it began; milliseconds. */
  readonly waitedMs?: number;
}

export type StepEvent =
  | { readonly kind: 'message'; readonly messageId: string; readonly from: MessageSource | null }
  /** `turn`: for the turns before it; `archive`: held until the session returned; `model`: for a place in the queue. */
  | { readonly kind: 'waited'; readonly for: 'turn' | 'archive' | 'model'; readonly waitedMs: number }
  | ModelStepEvent
  /** A tool's call has come into another state; `tookMs` since it was asked for, once it is over. */
  | {
      readonly kind: 'tool';
      readonly callId: string;
      readonly name: string;
      readonly state: ToolState;
      readonly tookMs?: number;
    }
  | {
      /** The turn's outcome: whole, or what there was when it was interrupted. */
      readonly kind: 'reply';
      readonly messageId: string;
      readonly outcome: 'replied' | 'interrupted';
    }
  | { readonly kind: 'failed'; readonly messageId: string; readonly problem: string }
  | { readonly kind: 'archive'; readonly reason: string | null }
  | { readonly kind: 'restore' | 'pin' | 'unpin' | 'interrupt' }
  | { readonly kind: 'rename'; readonly name: string; readonly by: 'person' | 'model' }
  | { readonly kind: 'configure'; readonly changed: readonly string[] }
  | { readonly kind: 'reset'; readonly chapter: number }
  | { readonly kind: 'withdraw'; readonly messageId: string }
  /** A further attempt at a model call; `reason` is what became of the one before it, shortened. */
  | { readonly kind: 'retry' | 'worker-lost'; readonly attempt: number; readonly reason: string }
  /** A fresh run took over: `run` counts from 1. */
  | { readonly kind: 'rolled'; readonly run: number }
  | { readonly kind: 'forked'; readonly from: string; readonly fromTurn: number };

/** One model call, once it is over. */
export interface ModelStepEvent {
  readonly kind: 'model';
  readonly call: string;
  readonly purpose: CallKind;
  /** Null when the call gave nothing. */
  readonly model: string | null;
  readonly usage: TokenUsage | null;
  /** The attempt that ended it; 0 when it was given up before it began. */
  readonly attempt: number;
  /** How long that attempt took; milliseconds. */
  readonly tookMs: number;
  readonly outcome: 'stop' | 'length' | 'interrupted' | 'failed';
  /** SHA-256 of the set of tools that the model was offered; null: none. */
  readonly toolSet: string | null;
}

/** A step as it is made, before it has its number. */
export type NewStep = Omit<StepPlace, 'n'> & StepEvent;

/** The session at a step: as it was at the first end of a workflow task at or after it. */
export interface TimelineState {
  readonly step: TimelineStep;
  readonly facts: SessionFacts;
  /** Every row so far, in order of creation. */
  readonly transcript: readonly Message[];
  readonly inbox: readonly (InboxEntry & { readonly text: string })[];
  /** What the newest model call at or before the step was shown; null before the first. */
  readonly context: ShownContext | null;
  /** What that context has that the one of the previous call of its kind had not; null without a context. */
  readonly added: ContextGain | null;
}

export type ShownContext = CallContext & { readonly call: string };

export interface ContextGain {
  /** The instructions, when they are others than before. */
  readonly instructions: string | null;
  readonly messages: readonly ContextMessage[];
}
