import { z } from 'zod';

/** Why something was refused or failed (RFC 9457, problem details). */
export const problemSchema = z
  .object({
    type: z.string().describe('`urn:atrium:problem:` and the code'),
    title: z.string().describe('The kind of problem, in a few words'),
    status: z.int().describe('The HTTP status'),
    code: z.string().describe('Stable; for programs'),
    detail: z.string().describe('A sentence for people'),
    instance: z.string().optional().describe('Of an unexpected error: the id under which the log has it'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.output<typeof problemSchema>;
