import type { TokenUsage } from '../domain/message.ts';
import type { CallContext } from '../domain/model-call.ts';

export interface ModelRequest {
  readonly context: CallContext;
  /** Ends the call and its connection; what the stream throws then is of no interest. */
  readonly signal: AbortSignal;
}
/** An addition to the answer. An empty one is a sign of life of a model that has no word yet. */
export interface ModelPart {
  readonly text: string;
}
export interface ModelEnd {
  readonly finish: 'stop' | 'length';
  readonly usage: TokenUsage;
}

/** A model that can be asked. */
export interface Model {
  /** `provider:model`. */
  readonly name: string;
  /** The most tokens that instructions and messages may take together. */
  readonly contextLimit: number;
  /** One answer, part by part. Throws `ModelError`. Never tries again by itself. */
  stream(request: ModelRequest): AsyncGenerator<ModelPart, ModelEnd>;
}
