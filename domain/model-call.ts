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

/** Why a model call ended for good. */
export interface FailureDetails {
  /** Stable code such as `model-unreachable`, `model-auth`, `model-rate-limited`, `model-rejected`, `context-too-long`. */
  readonly code: string;
  /** What the provider said, shortened and without secrets; may be empty. */
  readonly reason: string;
}
