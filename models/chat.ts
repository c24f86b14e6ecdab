import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { ToolDefinition } from '../domain/tools/tool-definition.ts';
import type { TimeLimits } from './time-limits.ts';

/** What is needed of a chat model of LangChain, whoever makes it. */
export interface Chat extends Streaming {
  /** The same model with tools to ask for; missing where a library knows of none. */
  bindTools?(tools: OpenAiTool[]): Streaming;
}
interface Streaming {
  stream(
    messages: BaseMessage[],
    options: { readonly signal: AbortSignal },
  ): Promise<AsyncIterable<AIMessageChunk>>;
}
/** The shape in which LangChain takes tools for every provider. */
export interface OpenAiTool {
  readonly type: 'function';
  readonly function: ToolDefinition;
}

/** Which model to open, and where. */
export interface ChatOptions {
  /** `openai`, `anthropic`, `ollama`, or another that LangChain knows. */
  readonly kind: string;
  /** As its provider calls it. */
  readonly model: string;
  /** Without a slash at its end; undefined for a kind whose own library knows its address. */
  readonly baseUrl: string | undefined;
  readonly apiKey: string | undefined;
  /** Of a request and its answer together. */
  readonly contextTokens: number;
  readonly contextLimit: number;
  readonly limits: TimeLimits;
}

/** Gives the chat model for one call, which the signal ends. */
export type OpenChat = (signal: AbortSignal) => Promise<Chat>;
