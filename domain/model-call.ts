import type { Language } from './language.ts';
import type { TokenUsage } from './message.ts';

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
  /** Names of the tools that the session may use; null: those that the configuration allows; absent: none in this call. */
  readonly tools?: readonly string[] | null;
  /** Which model call of its turn it is, from 1; absent for the first. */
  readonly step?: number;
}
export interface ContextMessage {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** What the assistant asked for with its words; each is followed by its result. */
  readonly toolCalls?: readonly ContextToolCall[];
  /** Of a result: the call that it belongs to. */
  readonly callId?: string;
}
export interface ContextToolCall {
  readonly callId: string;
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}
export type CallKind = 'reply' | 'greeting' | 'title' | 'summary';

/** What one model call gave. */
export interface InferResult {
  readonly text: string;
  /** `interrupted`: stopped by request, `text` is what had arrived. `length`: the model hit its output limit. */
  readonly finish: 'stop' | 'length' | 'interrupted';
  readonly model: string;
  readonly usage: TokenUsage;
  /** The most input tokens that the model takes; the workflow compacts when the context comes near. */
  readonly contextLimit: number;
  /** The tools that the model asked for, in its order; never empty. The turn goes on with their results. */
  readonly toolCalls?: readonly AskedTool[];
  /** With tools: attempts at this call and at the calls of its turn before it. */
  readonly attempts?: number;
  /** With tools: the turn has no step left but one that closes it. */
  readonly isLastStep?: true;
  /** SHA-256 of the set of tools that the model was offered. */
  readonly toolSet?: string;
}

/** A call that a model asked for, as it can be made. */
export interface AskedTool {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
  /** It may be made again when its outcome is lost. */
  readonly isIdempotent?: true;
  /** A person is asked first, and has so long; milliseconds. */
  readonly approvalMs?: number;
  /** Why it cannot be made: told to the model as its result. */
  readonly fault?: string;
}

/** What a tool's call gave. */
export interface ToolResult {
  readonly state: 'done' | 'failed' | 'unknown';
  readonly text: string;
}

/** What stands beside the reason why a call ended for good. */
export interface CallEnd {
  /** Attempts at it and at the calls of its turn before it. */
  readonly attempts: number;
  /** Which model may be asked instead. */
  readonly fallback?: FallbackModel;
}
export interface FallbackModel {
  /** `provider:model`. */
  readonly model: string;
  /** The provider whose queue its calls go to; null for the default one. */
  readonly account: string | null;
}
/** For a further call of a turn: what was tried before it, and why it is made. */
export interface EarlierCalls {
  readonly attempts: number;
  /** `step`: the tools that the call before asked for have given their results. */
  readonly reason: 'fallback' | 'retry' | 'step';
}

/** Why a model call ended for good. */
export interface FailureDetails {
  /** Stable code such as `model-unreachable`, `model-auth`, `model-rate-limited`, `model-rejected`, `context-too-long`. */
  readonly code: string;
  /** What the provider said, shortened and without secrets; may be empty. */
  readonly reason: string;
}
