import type { TokenUsage } from '../domain/message.ts';
import type { CallContext } from '../domain/model-call.ts';
import type { ToolDefinition } from '../domain/tools/tool-definition.ts';

export interface ModelRequest {
  readonly context: CallContext;
  /** What it may ask for; without any it is shown earlier calls as words. */
  readonly tools?: readonly ToolDefinition[];
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
  /** What it asks for, in its order, as it wrote it: names and arguments may be anything. Absent for nothing. */
  readonly toolCalls?: readonly ModelToolCall[];
}
export interface ModelToolCall {
  readonly name: string;
  /** JSON, if the model kept to it. */
  readonly arguments: string;
}

/** A model that can be asked. */
export interface Model {
  /** `provider:model`. */
  readonly name: string;
  /** The most tokens that instructions and messages may take together. */
  readonly contextLimit: number;
  /** False once it has refused them: then it is asked without. */
  readonly takesTools: boolean;
  /** One answer, part by part. Throws `ModelError`. Never tries again by itself. */
  stream(request: ModelRequest): AsyncGenerator<ModelPart, ModelEnd>;
}
