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
}
export interface ContextMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
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
  readonly reason: 'fallback' | 'retry';
}

/** Why a model call ended for good. */
export interface FailureDetails {
  /** Stable code such as `model-unreachable`, `model-auth`, `model-rate-limited`, `model-rejected`, `context-too-long`. */
  readonly code: string;
  /** What the provider said, shortened and without secrets; may be empty. */
  readonly reason: string;
}
