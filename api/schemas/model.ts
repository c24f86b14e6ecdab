import { z } from 'zod';

export const modelOfferSchema = z
  .object({
    default: z
      .string()
      .describe('What answers where a session names none: `provider:model`, a provider, or `offline`'),
    providers: z.array(
      z.object({
        name: z.string().describe('Stands before the colon of its models'),
        kind: z.string().describe('`openai`, `anthropic`, `ollama`, or another that LangChain knows'),
        isDefault: z.boolean(),
        state: z.enum(['ready', 'failing']).describe('As it answers now'),
        problem: z
          .object({ code: z.string(), detail: z.string() })
          .nullable()
          .describe('Why it cannot be asked, and what to do'),
        models: z.array(z.string()).describe('What it offers, as it calls them; empty when it does not tell'),
      }),
    ),
  })
  .meta({ id: 'ModelOffer' });
