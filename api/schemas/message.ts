import { z } from 'zod';
import { nextCursor, pagingQuery } from './paging.ts';
import { problemSchema } from './problem.ts';
import { busyRule, sessionParams } from './session.ts';
import { optionalBody } from './text.ts';

const usage = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  cachedInputTokens: z.int().exactOptional(),
  estimated: z.literal(true).exactOptional().describe('The provider reported nothing'),
});

export const toolState = z
  .enum(['approval', 'started', 'done', 'failed', 'unknown'])
  .describe('`approval`: a person is asked; `unknown`: it began, and nobody can say how it ended');
export const toolApproval = z
  .object({ id: z.string().describe('For `POST /api/approvals/:id`'), expiresAt: z.iso.datetime() })
  .describe('While a person is asked');

/** `Message` of the contract. */
export const messageSchema = z
  .object({
    id: z.string(),
    turn: z
      .int()
      .describe('The same for all messages of a turn; from 1, and 0 for the greeting that opens a chapter'),
    chapter: z.int(),
    role: z.enum(['user', 'assistant', 'tool', 'notice']),
    text: z.string(),
    at: z.iso.datetime().describe('ISO 8601, UTC'),
    status: z
      .enum([
        'held',
        'waiting',
        'running',
        'done',
        'complete',
        'partial',
        'info',
        'failed',
        'refused',
        'withdrawn',
        'interrupted',
      ])
      .describe(
        'Of a user’s message: held, waiting, running, done; of an assistant’s: complete, partial; of a tool’s: running, done; of a notice: info, failed, refused, withdrawn, interrupted',
      ),
    from: z
      .object({ kind: z.enum(['session', 'job']), key: z.string() })
      .exactOptional()
      .describe('Another session or a job that sent it'),
    replyTo: z.string().exactOptional().describe('The message that opened the turn'),
    model: z.string().exactOptional(),
    usage: usage.exactOptional(),
    problem: z
      .object({ code: z.string(), detail: z.string() })
      .exactOptional()
      .describe('Why a turn failed or was refused'),
    toolCall: z
      .object({
        callId: z.string(),
        name: z.string(),
        arguments: z.string().describe('JSON, as the model gave it'),
        state: toolState,
        said: z.string().exactOptional().describe('Words of the model before its calls'),
        approval: toolApproval.exactOptional(),
      })
      .exactOptional()
      .describe('Of a tool’s row: what was asked for; `text` is what it gave'),
  })
  .meta({ id: 'Message' });

export const messagePageSchema = z.object({
  items: z.array(messageSchema).describe('Oldest to newest; the first page has the newest'),
  nextCursor,
});

/** Query of `GET /api/sessions/:key/messages`. */
export const listMessagesQuery = z.strictObject({
  ...pagingQuery,
  before: z.string().exactOptional().describe('As `cursor`; a message id, too: what is older than that'),
  chapter: z.coerce.number().int().min(1).exactOptional().describe('Only this part of the transcript'),
});

export const messageParams = sessionParams.extend({ id: z.string() });

/** Body of `POST /api/sessions/:key/messages`. */
export const postMessageBody = z.strictObject({
  text: z.string().describe('At most 256 KiB of UTF-8'),
  id: z
    .string()
    .regex(/^[\x20-\x7e]{1,128}$/, { error: 'must be 1 to 128 printable ASCII characters' })
    .exactOptional()
    .describe('Makes a repetition harmless: the same id again returns the first outcome'),
  wait: z
    .union([z.boolean(), z.number().min(1).max(600)])
    .default(false)
    .describe('Seconds to wait for the outcome; true: 120'),
  busy: busyRule.exactOptional(),
});

export const acceptedMessageSchema = z.object({
  messageId: z.string(),
  status: z
    .enum(['accepted', 'held'])
    .describe('`held`: the session is archived; it is answered when the session returns'),
});

export const outcomeSchema = z.object({
  messageId: z.string(),
  outcome: z.enum(['replied', 'failed', 'refused', 'withdrawn', 'interrupted']),
  reply: messageSchema.exactOptional().describe('Of an interrupted turn: what there was of it'),
  problem: problemSchema.exactOptional().describe('Why it failed or was refused'),
});

export const interruptBody = optionalBody(
  z.strictObject({
    turn: z.int().min(0).exactOptional().describe('Only this turn; whatever runs when absent'),
  }),
);

export const interruptedSchema = z.object({
  interrupted: z
    .boolean()
    .describe('Whether a turn was asked to stop; its outcome follows. False: nothing was running'),
});

/** Body of `POST /api/sessions/:key/read`. */
export const markReadBody = z.strictObject({
  upTo: z.string().describe('The newest message that was read'),
});
