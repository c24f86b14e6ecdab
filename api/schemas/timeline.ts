import { z } from 'zod';
import { messageSchema, toolState } from './message.ts';
import { sessionDetailSchema, sessionParams } from './session.ts';

const milliseconds = z.int().min(0);
const messageId = z.string();

/** What every step has. */
const place = {
  n: z.int().describe('From 0; never changes'),
  at: z.iso.datetime().describe('ISO 8601, UTC'),
  turn: z.int().nullable().describe('Null for what belongs to no turn'),
  title: z.string().describe('What happened, as a sentence'),
};

const step = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({ ...place, kind: z.literal(kind), ...shape });

const usage = messageSchema.shape.usage.unwrap();

const modelStep = step('model', {
  call: z.string(),
  purpose: z.enum(['reply', 'greeting', 'title', 'summary']),
  model: z.string().nullable(),
  usage: usage.nullable(),
  attempt: z.int().describe('The attempt that ended the call; 0: given up before there was one'),
  tookMs: milliseconds,
  outcome: z.enum(['stop', 'length', 'interrupted', 'failed']),
  toolSet: z.string().nullable().describe('SHA-256 of the set of tools that it was offered; null: none'),
  waitedMs: milliseconds.exactOptional().describe('For a place in the queue'),
});

/** One thing that happened in a session. */
export const timelineStepSchema = z
  .discriminatedUnion('kind', [
    step('message', {
      messageId,
      from: z
        .object({ kind: z.enum(['session', 'job']), key: z.string() })
        .nullable()
        .describe('Null: a person'),
    }),
    step('waited', { for: z.enum(['turn', 'archive', 'model']), waitedMs: milliseconds }),
    modelStep,
    step('tool', {
      callId: z.string(),
      name: z.string(),
      state: toolState,
      tookMs: milliseconds.exactOptional().describe('Since it was asked for; absent while it is not over'),
    }),
    step('reply', { messageId, outcome: z.enum(['replied', 'interrupted']) }),
    step('failed', { messageId, problem: z.string().describe('A stable code') }),
    step('archive', { reason: z.string().nullable() }),
    step('restore', {}),
    step('pin', {}),
    step('unpin', {}),
    step('rename', { name: z.string(), by: z.enum(['person', 'model']) }),
    step('configure', { changed: z.array(z.string()) }),
    step('reset', { chapter: z.int() }),
    step('interrupt', {}),
    step('withdraw', { messageId }),
    step('retry', { attempt: z.int(), reason: z.string() }),
    step('worker-lost', { attempt: z.int(), reason: z.string() }),
    step('rolled', { run: z.int().describe('From 1') }),
    step('forked', { from: z.string(), fromTurn: z.int() }),
  ])
  .meta({ id: 'TimelineStep' });

export const timelineSchema = z.object({ items: z.array(timelineStepSchema).describe('Oldest first') });

/** Query of `GET /api/sessions/:key/timeline`. */
export const timelineQuery = z.strictObject({
  from: z.coerce.number().int().min(0).default(0).describe('The first step wanted'),
  limit: z.coerce.number().int().min(1).max(5_000).default(2_000),
});

export const timelineStepParams = sessionParams.extend({ n: z.coerce.number().int().min(0) });

const contextMessage = z.object({
  role: z.enum(['user', 'assistant', 'tool']),
  text: z.string(),
  toolCalls: z
    .array(z.object({ callId: z.string(), name: z.string(), arguments: z.string() }))
    .exactOptional()
    .describe('What the assistant asked for'),
  callId: z.string().exactOptional().describe('Of a result: the call that it belongs to'),
});

/** The session at a step: as it was when its next workflow task had ended. */
export const timelineStateSchema = z
  .object({
    step: timelineStepSchema,
    facts: sessionDetailSchema.omit({ unreadCount: true, running: true, waiting: true }),
    transcript: z.array(messageSchema),
    inbox: z.array(
      z.object({ id: z.string(), text: z.string(), isHeld: z.boolean(), isCollected: z.boolean() }),
    ),
    context: z
      .object({
        call: z.string(),
        instructions: z.string(),
        messages: z.array(contextMessage),
        passages: z.array(z.never()).describe('Quoted knowledge; there is none yet'),
        tokens: z.int(),
      })
      .nullable()
      .describe('What the newest model call at or before the step was shown; null before the first'),
    added: z
      .object({
        instructions: z.string().nullable().describe('When they are others than before'),
        messages: z.array(contextMessage),
      })
      .nullable()
      .describe('What that context has beyond the one of the previous call of its kind'),
  })
  .meta({ id: 'TimelineState' });
