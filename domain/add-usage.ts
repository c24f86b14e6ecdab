import type { TokenUsage } from './message.ts';

/** The tokens of two model calls together; an estimate when one of them is. */
export function addUsage(one: TokenUsage, other: TokenUsage): TokenUsage {
  const cached = (one.cachedInputTokens ?? 0) + (other.cachedInputTokens ?? 0);
  const hasCached = one.cachedInputTokens !== undefined || other.cachedInputTokens !== undefined;
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    ...(hasCached ? { cachedInputTokens: cached } : {}),
    ...(one.estimated === true || other.estimated === true ? { estimated: true } : {}),
  };
}
