import { z } from 'zod';
import { nextCursor } from './paging.ts';

export const toolListSchema = z
  .object({
    items: z.array(
      z.object({
        name: z.string().describe('What models call it, and allow-lists'),
        description: z.string(),
        source: z.string().describe('`built-in`, or the name of an MCP server'),
        isIdempotent: z.boolean().describe('A call whose outcome was lost may be made again'),
        needsApproval: z.boolean().describe('A person is asked before each call'),
        isDefault: z.boolean().describe('Sessions may use it that have no list of their own'),
        parameters: z.record(z.string(), z.unknown()).describe('JSON schema of its arguments'),
      }),
    ),
    servers: z
      .array(
        z.object({
          name: z.string(),
          kind: z.enum(['stdio', 'http']),
          state: z.enum(['ready', 'starting', 'down']).describe('As its worker saw it last'),
          problem: z.string().nullable().describe('Why it is down'),
          tools: z.int().describe('How many it offers'),
        }),
      )
      .describe('The MCP servers of the configuration'),
  })
  .meta({ id: 'ToolList' });

export const toolSetParams = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 in hexadecimal' }),
});
export const toolSetSchema = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        description: z.string(),
        parameters: z.record(z.string(), z.unknown()).describe('JSON schema of its arguments'),
      }),
    )
    .describe('As the model was told of them'),
});

export const approvalSchema = z
  .object({
    id: z.string(),
    session: z.string(),
    turn: z.int(),
    callId: z.string(),
    name: z.string().describe('The tool'),
    arguments: z.string().describe('JSON, as the model gave it'),
    askedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().describe('When it counts as denied'),
  })
  .meta({ id: 'Approval' });

export const approvalPageSchema = z.object({
  items: z.array(approvalSchema).describe('The oldest first'),
  nextCursor,
});

export const approvalParams = z.object({ id: z.string().max(200) });

/** Body of `POST /api/approvals/:id`. */
export const answerApprovalBody = z.strictObject({
  allow: z.boolean().describe('False: the call is not made, and the model is told'),
});

export const answeredApprovalSchema = z.object({ id: z.string(), session: z.string(), turn: z.int() });
