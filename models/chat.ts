import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { TimeLimits } from './time-limits.ts';

/** What is needed of a chat model of LangChain, whoever makes it. */
export interface Chat {
  stream(
    messages: BaseMessage[],
    options: { readonly signal: AbortSignal },
  ): Promise<AsyncIterable<AIMessageChunk>>;
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
