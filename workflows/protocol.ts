/**
 * Every name and payload that crosses the wire between clients, workflows and activities. What is written here is in the
 * histories of living sessions: fields are added, never renamed (I12).
 */
import type { Message, MessageSource, TokenUsage } from '../domain/message.ts';
import type { SessionFacts, SessionKind, SessionScope } from '../domain/session-facts.ts';
import type { Language } from '../domain/language.ts';
import type { SessionCarry } from '../domain/carry.ts';

/** Task queues. `sessions` runs workflows and the projection, `inference` every model call of the default provider (I10). */
export const taskQueues = { sessions: 'sessions', inference: 'inference' } as const;

export const workflowTypes = { session: 'session', erasure: 'erasure' } as const;

/** The workflow id under which a session is addressed, always without a run id. */
export const sessionWorkflowId = (key: string): string => `session/${key}`;
export const erasureWorkflowId = (key: string): string => `erasure/${key}`;
/** The key behind a session's workflow id, or undefined for another workflow. */
export const sessionKeyOf = (workflowId: string): string | undefined =>
  workflowId.startsWith('session/') ? workflowId.slice('session/'.length) : undefined;

// --- signals ---------------------------------------------------------------------------------------------------------

export type BusyRule = 'queue' | 'collect' | 'steer' | 'interrupt';
export type ArchivedInbound = 'restore' | 'reject' | 'hold';

/** `post`: one message. `at` is when the server accepted it, in milliseconds. */
export interface PostSignal {
  readonly id: string;
  readonly text: string;
  readonly at: number;
  /** What happens while a turn runs; `queue` when absent. */
  readonly busy?: BusyRule;
  /** What happens when the session is archived, as the sender's binding says; `restore` when absent. */
  readonly archivedInbound?: ArchivedInbound;
  /** The language the platform named for the sender; without it the message's script decides. */
  readonly language?: Language;
  readonly from?: MessageSource;
  /** An extra system instruction for this message's turn only (OpenAI-compatible clients send one). */
  readonly system?: string;
}
export interface ArchiveSignal {
  readonly reason?: string;
}
export interface RenameSignal {
  readonly title: string;
}
/** `configure`: only the fields present change. Null puts the server's default back. */
export interface ConfigureSignal {
  readonly label?: string;
  readonly tags?: readonly string[];
  readonly model?: string | null;
  readonly instructions?: string | null;
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
  readonly close: Record<string, never>;
}
export type SessionSignalName = keyof SessionSignals;

// --- queries ---------------------------------------------------------------------------------------------------------

export const sessionQueries = { facts: 'facts', context: 'context', changes: 'changes' } as const;

/** Answer of `facts`. */
export interface FactsAnswer {
  readonly facts: SessionFacts;
  readonly revision: number;
  readonly running: boolean;
  readonly waitingCount: number;
}

/**
 * Argument of `context`. The caller names the call it works for and how much its model can take; the answer is also the
 * fence: a call that is no longer pending gets `stale` and must not be sent to a model.
 */
export interface ContextQuery {
  readonly call: string;
  /** The most tokens that instructions and messages may take together. */
  readonly budgetTokens: number;
}
export type ContextAnswer = { readonly state: 'stale' } | { readonly state: 'current'; readonly context: CallContext };

/** What one model call is shown. */
export interface CallContext {
  readonly kind: CallKind;
  readonly turn: number;
  /** Ids of the messages that the turn answers, oldest first. Empty for titles, summaries and greetings. */
  readonly messageIds: readonly string[];
  /** The session's model, `provider:model`, or null for the server's default. */
  readonly model: string | null;
  readonly instructions: string;
  readonly messages: readonly ContextMessage[];
  /** Estimated tokens of instructions and messages. */
  readonly tokens: number;
  readonly language: Language;
}
export interface ContextMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}
export type CallKind = 'reply' | 'greeting' | 'title' | 'summary';

/** Argument and answer of `changes`: what the database must hold beyond a revision that it has. */
export interface ChangesQuery {
  readonly fromRevision: number;
}
export interface SessionChanges {
  readonly revision: number;
  readonly facts: SessionFacts;
  /** Rows with `revision > fromRevision`, in order of position. */
  readonly messages: readonly Message[];
}

// --- workflow inputs -------------------------------------------------------------------------------------------------

/** First input of a session, and of each further run (then with `carry`). */
export interface SessionInput {
  readonly key: string;
  readonly create?: SessionCreate;
  readonly carry?: SessionCarry;
}
export interface SessionCreate {
  readonly at: number;
  readonly title?: string;
  readonly label?: string;
  readonly tags?: readonly string[];
  readonly scope: SessionScope;
  readonly kind: SessionKind;
  readonly channelBinding?: string;
  readonly model?: string;
  readonly instructions?: string;
  readonly ephemeral?: boolean;
  readonly settings: SessionSettings;
  /** The rows of another session that this one continues, oldest first, renumbered by the new session. */
  readonly fork?: ForkOrigin;
}
export interface ForkOrigin {
  readonly key: string;
  readonly turn: number;
  readonly messages: readonly Message[];
}
/** What of the server's configuration a session's own decisions depend on; fixed in its history. */
export interface SessionSettings {
  /** Milliseconds without a message after which an unpinned session archives itself; null for never. */
  readonly idleArchiveAfterMs: number | null;
  /** Messages that may wait before a further one is refused. */
  readonly maxWaiting: number;
  /** The prompt that a new or reset session opens with; null for none. */
  readonly resetPrompt: string | null;
  /** The language of notices when neither platform nor script tell. */
  readonly language: Language;
  /** Roll to a new run after so many turns; tests lower it. */
  readonly rollAfterTurns: number;
}

/** Input of the erasure workflow. */
export interface ErasureInput {
  readonly key: string;
  readonly receiptId: string;
}

// --- activities ------------------------------------------------------------------------------------------------------

/** Never carries text: the activity asks the workflow for the context by query. */
export interface InferInput {
  readonly session: string;
  readonly call: string;
}
export interface InferResult {
  readonly text: string;
  /** `interrupted`: stopped by request, `text` is what had arrived. `length`: the model hit its output limit. */
  readonly finish: 'stop' | 'length' | 'interrupted';
  readonly model: string;
  readonly usage: TokenUsage;
  /** The most input tokens that the model takes; the workflow compacts when the context comes near. */
  readonly contextLimit: number;
}
export interface InferenceActivities {
  infer(input: InferInput): Promise<InferResult>;
}

export interface ProjectInput {
  readonly session: string;
  readonly fromRevision: number;
}
export interface ProjectionActivities {
  /** Brings the database to the session's present revision and returns that revision. */
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

/** `ApplicationFailure.type` of a model call that ended for good; the failure's details are one `FailureDetails`. */
export const modelFailureType = 'ModelFailure';
export interface FailureDetails {
  /** Stable code such as `model-unreachable`, `model-auth`, `model-rate-limited`, `model-rejected`, `context-too-long`. */
  readonly code: string;
  /** What the provider said, shortened and without secrets; may be empty. */
  readonly reason: string;
}

// --- sinks -----------------------------------------------------------------------------------------------------------

/** Tells viewers at once what the next projection writes durably; lost notices do no harm. */
export interface ViewerSinks extends Record<string, Record<string, (...args: never[]) => void>> {
  readonly viewers: {
    turnFinished(notice: TurnFinishedNotice): void;
  };
}
export interface TurnFinishedNotice {
  readonly session: string;
  readonly turn: number;
  readonly at: number;
  readonly row: Message;
  readonly messageIds: readonly string[];
}
