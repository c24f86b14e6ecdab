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

const time = z.iso.datetime().describe('ISO 8601, UTC');
const call = {
  session: z.string(),
  turn: z.int().describe('0 for a greeting'),
  kind: z.enum(['reply', 'greeting', 'title', 'summary']),
  provider: z.string(),
  since: time,
};
const rates = z.object({
  requests: z.int().describe('Calls that began in the last minute'),
  tokens: z.int().describe('Tokens of calls that ended in the last minute'),
});

export const queueSchema = z
  .object({
    running: z.array(
      z.object({ ...call, model: z.string().nullable(), tokens: z.int().describe('So far, an estimate') }),
    ),
    waiting: z.array(
      z.object({
        ...call,
        place: z.int().describe('How many calls are ahead, an estimate'),
        reason: z.enum(['slots', 'rate', 'tokens', 'backoff']),
        retryAt: time.optional(),
        priority: z.int().describe('From 1, a person waits, to 5'),
      }),
    ),
    rates,
    limits: limitsSchema.describe('Of the default provider'),
    providers: z.array(
      z.object({
        name: z.string(),
        state: z
          .enum(['ready', 'failing', 'open'])
          .describe(
            'failing: calls wait because it failed them; open: it fails all, one call at a time tries',
          ),
        since: time.nullable().describe('Since when it fails'),
        retryAt: time.nullable().describe('While it is open: when the next call tries it'),
        rates,
        limits: limitsSchema,
      }),
    ),
  })
  .meta({
    id: 'Queue',
    description: 'What the shared models are doing; calls of less than a moment are left out',
  });
