import type { TokenUsage } from '../domain/message.ts';
import type { CallContext } from '../domain/model-call.ts';
import { estimateTokens } from '../domain/tokens.ts';

/** The tokens of a call whose provider said nothing of them. */
export const estimateUsage = (context: CallContext, answer: string): TokenUsage => ({
  inputTokens: context.tokens,
  outputTokens: estimateTokens(answer),
  estimated: true,
});
