/**
 * Every name and payload that crosses the wire between clients, workflows and activities. What is written here is in the
 * histories of living sessions: fields are added, never renamed (I12).
 */
import type { SessionCarry } from '../domain/carry.ts';
import type { ConfigureSignal, PostSignal } from '../domain/commands.ts';
import type { CallFacts, CallId } from '../domain/live-call.ts';
import type { Language } from '../domain/language.ts';
import type { CallContext, EarlierCalls, InferResult, ToolResult } from '../domain/model-call.ts';
import type { SessionChanges } from '../domain/session-changes.ts';
import type { SessionCreate } from '../domain/session-create.ts';
import type { ApprovalAnswer } from '../domain/tools/finish-tool.ts';

export type { ConfigureSignal, PostSignal } from '../domain/commands.ts';
export type {
  CallContext,
  CallEnd,
  CallKind,
  FailureDetails,
  InferResult,
  ToolResult,
} from '../domain/model-call.ts';
export type { FactsAnswer, SessionChanges } from '../domain/session-changes.ts';
export type { SessionCreate } from '../domain/session-create.ts';

/**
 * Task queues. `sessions` runs workflows and the projection, `inference` every model call of the default provider (I10),
 * `tools` what models ask for: a tool may take minutes, and nothing else should wait for it.
 */
export const taskQueues = { sessions: 'sessions', inference: 'inference', tools: 'tools' } as const;

/** The name under which the default provider's limits are kept. */
export const defaultProvider = 'default';
/** The queue of a provider's model calls. */
export const inferenceQueue = (provider: string): string =>
  provider === defaultProvider ? taskQueues.inference : `${taskQueues.inference}/${provider}`;
/** The provider whose queue this is. */
export const providerOf = (queue: string): string =>
  queue === taskQueues.inference ? defaultProvider : queue.slice(taskQueues.inference.length + 1);

export const workflowTypes = { session: 'session', erasure: 'erasure' } as const;

/** The workflow id under which a session is addressed, always without a run id. */
export const sessionWorkflowId = (key: string): string => `session/${key}`;
export const erasureWorkflowId = (key: string): string => `erasure/${key}`;
/** The key behind a session's workflow id, or undefined for another workflow. */
export const sessionKeyOf = (workflowId: string): string | undefined =>
  workflowId.startsWith('session/') ? workflowId.slice('session/'.length) : undefined;

// --- signals ---------------------------------------------------------------------------------------------------------

export interface ArchiveSignal {
  readonly reason?: string;
}
export interface RenameSignal {
  readonly title: string;
}
export interface WithdrawSignal {
  readonly id: string;
}
/** `interrupt`: ends the running turn, or only that turn when `turn` names one. */
export interface InterruptSignal {
  readonly turn?: number;
}

/** Every signal of a session by name. `close` ends the workflow: the running turn is interrupted, what waits withdrawn. */
export interface SessionSignals {
  readonly post: PostSignal;
  readonly archive: ArchiveSignal;
  readonly restore: Record<string, never>;
  readonly pin: Record<string, never>;
  readonly unpin: Record<string, never>;
  readonly rename: RenameSignal;
  readonly configure: ConfigureSignal;
  readonly interrupt: InterruptSignal;
  readonly withdraw: WithdrawSignal;
  readonly reset: Record<string, never>;
  readonly approve: ApprovalAnswer;
  readonly close: Record<string, never>;
}
export type SessionSignalName = keyof SessionSignals;

// --- queries ---------------------------------------------------------------------------------------------------------

/** `state` answers with the whole `SessionState`; replay reads it, and people who debug. */
export const sessionQueries = {
  facts: 'facts',
  context: 'context',
  changes: 'changes',
  state: 'state',
} as const;

/**
 * Argument of `context`. The caller names the call it works for and how much its model can take; the answer is also the
 * fence: a call that is no longer pending gets `stale` and must not be sent to a model.
 */
export interface ContextQuery {
  readonly call: string;
  /** The most tokens that instructions and messages may take together. */
  readonly budgetTokens: number;
}
export type ContextAnswer =
  | { readonly state: 'stale' }
  | { readonly state: 'current'; readonly context: CallContext };

/**
 * Argument of `changes`: the revision from which on; without it the newest that the session knows the database to hold. The
 * answer is `SessionChanges`. Whoever writes it must ask without: what the database says it holds may be a lost task's.
 */
export interface ChangesQuery {
  readonly fromRevision?: number;
}
// --- workflow inputs -------------------------------------------------------------------------------------------------

/** First input of a session, and of each further run (then with `carry`). */
export interface SessionInput {
  readonly key: string;
  readonly create?: SessionCreate;
  readonly carry?: SessionCarry;
  /** Absent in runs that an earlier release began, whose histories have another activity in that place. */
  readonly confirmsInTask?: true;
}
/** Input of the erasure workflow. */
export interface ErasureInput {
  readonly key: string;
  readonly receiptId: string;
  /** `ended`: an ephemeral session that is over; `deleted`: somebody asked for it. */
  readonly reason: 'deleted' | 'ended';
}

// --- activities ------------------------------------------------------------------------------------------------------

/** Never carries text: the activity asks the workflow for the context by query. */
export interface InferInput {
  readonly session: string;
  readonly call: string;
  /** For a further call of a turn. */
  readonly earlier?: EarlierCalls;
  /** The call goes to a fallback: after it only those behind it are left. */
  readonly isFallback?: true;
}
export interface InferenceActivities {
  infer(input: InferInput): Promise<InferResult>;
}

/**
 * One call of a tool. Its arguments are in the history once more, so that a call depends on nothing but its worker: what
 * was begun may not be begun again, whatever was asked in between.
 */
export interface CallToolInput {
  readonly session: string;
  readonly turn: number;
  readonly callId: string;
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
  readonly language: Language;
  /** The messages that the turn answers, oldest first. */
  readonly messageIds: readonly string[];
  /** The names that the session may use; null: those that the configuration allows. */
  readonly tools: readonly string[] | null;
}
export interface ToolActivities {
  callTool(input: CallToolInput): Promise<ToolResult>;
}

export interface ProjectInput {
  readonly session: string;
  readonly fromRevision: number;
  /** The session's revision when this was scheduled, and its `facts.updatedAt`: a database that holds both needs nothing. */
  readonly toRevision: number;
  readonly updatedAt: number;
}
export interface ProjectionActivities {
  /**
   * Whether the database surely holds `toRevision`. A local activity: short, tried once, on the worker that has just been
   * handed the changes.
   */
  confirm(input: ProjectInput): Promise<boolean>;
  /** Brings the database to `toRevision` or beyond and returns the revision that it surely holds then. */
  project(input: ProjectInput): Promise<number>;
}

export interface ErasureActivities {
  /** Asks the session to end and waits until no run of it is open; ends it by force when it does not answer. */
  closeSession(input: ErasureInput): Promise<void>;
  eraseRows(input: ErasureInput): Promise<void>;
  /** Deletes the histories of every run and returns once the server no longer finds them. */
  eraseHistories(input: ErasureInput): Promise<void>;
  confirmErased(input: ErasureInput): Promise<void>;
}

/** `ApplicationFailure.type` of a model call that ended for good; its details are a `FailureDetails` and a `CallEnd`. */
export const modelFailureType = 'ModelFailure';
// --- sinks -----------------------------------------------------------------------------------------------------------

/**
 * What a session hands to its worker process as it happens, outside of history: shortcuts whose loss does no harm, since
 * the projection and the context query bring the same. Never called on replay.
 */
export type SessionSinks = {
  readonly session: {
    /** What the database lacks now, whenever people should see it; written at once, confirmed by the next projection. */
    changed(changes: SessionChanges): void;
    /** A model call was scheduled; a worker that serves both queues need not ask for its context again. */
    callPrepared(prepared: PreparedCall): void;
    /** A model call of any kind waits in its queue. */
    callQueued(call: CallFacts): void;
    /** A call that was announced by `callQueued` is over, however it ended. */
    callEnded(call: CallId): void;
  };
};
/** The context of a call as of its scheduling, assembled for the model's input limit as last reported. */
export interface PreparedCall {
  readonly session: string;
  readonly call: string;
  readonly context: CallContext;
}
