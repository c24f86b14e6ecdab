import type { Language } from '../domain/language.ts';
import type { JsonSchema } from '../domain/tools/tool-definition.ts';

export type { JsonSchema } from '../domain/tools/tool-definition.ts';

/** Something that a model may ask for. What `run` throws is told to the model as the reason why the call failed. */
export interface Tool {
  /** What the model calls it: 1 to 64 of `[a-zA-Z0-9_-]`. */
  readonly name: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** What arguments it takes; calls with others never reach `run`. */
  readonly parameters: JsonSchema;
  /** A call whose outcome was lost with its worker may be made again. */
  readonly isIdempotent: boolean;
  /** A person is asked before each call. */
  readonly needsApproval: boolean;
  /** Does it and returns what the model is shown. Long results are cut. */
  run(args: unknown, call: ToolCall): Promise<string>;
}

/** Who calls, and for what. */
export interface ToolCall {
  /** Key of the session. */
  readonly session: string;
  /** As `Message.turn`. */
  readonly turn: number;
  /** Unique within its session over all its runs, the same for every attempt: with the session an idempotency key. */
  readonly callId: string;
  /** Aborted when the turn is interrupted, time is up or the worker stops. */
  readonly signal: AbortSignal;
  /** Of the turn. */
  readonly language: Language;
  /** The messages that the turn answers, oldest first. */
  readonly messageIds: readonly string[];
}
