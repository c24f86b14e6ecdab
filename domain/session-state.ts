import type { SessionSettings } from './session-create.ts';
import type { Language } from './language.ts';
import type { Message, TokenUsage, ToolApproval } from './message.ts';
import type { EarlierCalls, FallbackModel } from './model-call.ts';
import type { SessionFacts } from './session-facts.ts';

/**
 * All that a session knows. Plain, versioned and changed only by the pure transitions of this folder, so that the
 * workflow, replay, fork and tests share one set of rules.
 */
export interface SessionState {
  readonly version: 1;
  readonly facts: SessionFacts;
  readonly settings: SessionSettings;
  /** Grows by one with every change of a fact or a row. */
  readonly revision: number;
  /** The revision that the database is known to hold. */
  readonly projectedRevision: number;
  /** The newest revision that people should see without waiting for the running turn's end. */
  readonly urgentRevision: number;
  /** Position of the newest row. */
  readonly position: number;
  /** Model calls begun so far, over all runs: makes the id of a call unique. */
  readonly callCount: number;
  /** The context window, what waits, and every row that the database may not hold yet; in order of position. */
  readonly messages: readonly Message[];
  /** Accepted messages that have no turn yet, in order of acceptance. */
  readonly inbox: readonly InboxEntry[];
  /** The last message ids accepted, oldest first: a duplicate is accepted once (I2). */
  readonly seen: readonly string[];
  readonly summary: ContextSummary | null;
  readonly running: RunningTurn | null;
  /** Model calls whose result is still wanted; a call that is not here is a zombie. */
  readonly calls: readonly PendingCall[];
  /** Work for the model that nobody waits for. */
  readonly wanted: readonly BackgroundCall[];
  /** The model's input limit as its last reply reported it, in tokens. */
  readonly contextLimit: number;
  /** When somebody last did something here, for idle archiving. */
  readonly lastActiveAt: number;
  /** The session is being deleted: nothing new starts. */
  readonly isClosing: boolean;
  /** The provider whose queue the session's calls go to; absent or null for the default one. */
  readonly account?: string | null;
}

export interface InboxEntry {
  readonly id: string;
  readonly isHeld: boolean;
  /** Joins the turn of the message before it. */
  readonly isCollected: boolean;
  /** Joins the running turn at its next model call. */
  readonly isSteered?: true;
  /** Whether it found the session idle: then somebody waits for exactly this call. */
  readonly foundIdle: boolean;
  readonly language: Language;
  readonly system?: string;
}

/** What stands for the turns up to `throughTurn` of a chapter in the context of later calls. */
export interface ContextSummary {
  readonly chapter: number;
  readonly throughTurn: number;
  readonly text: string;
}

export interface RunningTurn {
  readonly turn: number;
  readonly chapter: number;
  /** Empty for a greeting. */
  readonly messageIds: readonly string[];
  readonly language: Language;
  readonly system?: string;
  readonly isInterrupted: boolean;
  readonly priority: CallPriority;
  /** Model calls of the turn that asked for tools; absent for none. */
  readonly steps?: number;
  /** The calls of the present step that have no result yet. */
  readonly tools?: readonly PendingTool[];
  /** Tokens of the turn's model calls before the present one. */
  readonly used?: TokenUsage;
}

/** A tool's call whose result is still wanted. */
export interface PendingTool {
  readonly callId: string;
  readonly name: string;
  readonly isIdempotent?: true;
  /** Present while a person is asked. */
  readonly approval?: ToolApproval;
}

/** Order on the inference queue: 1 somebody waits, 2 waited behind its own session, 3 titles and summaries, 4 jobs, 5 bulk. */
export type CallPriority = 1 | 2 | 3 | 4 | 5;

export type BackgroundCall = 'greeting' | 'title' | 'summary';

export interface PendingCall {
  readonly id: string;
  readonly kind: 'reply' | BackgroundCall;
  readonly turn: number;
  readonly chapter: number;
  /** For a summary: the last turn that it covers. */
  readonly throughTurn?: number;
  /** What it may be shown at most, in tokens, when its model has found more too long. */
  readonly mostTokens?: number;
  /** For a further call of a turn. */
  readonly earlier?: EarlierCalls;
  /** Answers instead of the session's own model. */
  readonly fallback?: FallbackModel;
  /** Which model call of its turn it is, from 1; absent for the first. */
  readonly step?: number;
  /** The turn has used its steps: the model is to answer without tools. */
  readonly isClosing?: true;
}

/** The moment of a transition: the workflow's clock and its source of ids, both deterministic under replay. */
export interface Moment {
  readonly now: number;
  readonly newId: () => string;
}

/** How many message ids the workflow remembers; the database remembers all. */
export const seenLimit = 1_000;
/** Used until a model reported its own, in tokens. */
export const defaultContextLimit = 32_000;
