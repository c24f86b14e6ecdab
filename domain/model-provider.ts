import type { FailureDetails } from './model-call.ts';

/** What can be told of a provider without a call that costs. */
export interface ProviderCheck {
  /** Stands before the colon of its models. */
  readonly name: string;
  /** `openai`, `anthropic`, `ollama`, or another that LangChain knows. */
  readonly kind: string;
  /** The models that it offers, as it calls them; empty when it does not tell. */
  readonly models: readonly string[];
  /** Why it cannot be asked; null when it can, as far as one can see. */
  readonly problem: FailureDetails | null;
}
