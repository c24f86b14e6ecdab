import { z } from 'zod';

const limit = (unit: string) => z.number().positive().max(1_000_000_000).nullable().describe(unit);
const limits = {
  slots: z.int().positive().max(1_000).nullable().describe('Calls at once; null: no limit'),
  requestsPerSecond: limit('Calls that begin in a second; null: no limit'),
  requestsPerSecondPerSession: limit('Calls of one session that begin in a second; null: no limit'),
  tokensPerMinute: limit('Tokens of requests and answers in a minute; null: no limit'),
};

export const limitsSchema = z
  .object(limits)
  .meta({ id: 'Limits', description: 'How much of a provider may be used at a time' });

/** What the body names changes, null removes a limit, the rest stays. */
export const changeLimitsBody = z.strictObject({
  provider: z.string().min(1).max(64).exactOptional().describe('The default provider when absent'),
  slots: limits.slots.exactOptional(),
  requestsPerSecond: limits.requestsPerSecond.exactOptional(),
  requestsPerSecondPerSession: limits.requestsPerSecondPerSession.exactOptional(),
  tokensPerMinute: limits.tokensPerMinute.exactOptional(),
});
