import { z } from 'zod';
import { messageSchema, toolApproval, toolState } from './message.ts';
import { problemSchema } from './problem.ts';
import { sessionSchema } from './session.ts';

const place = {
  session: z.string().nullable().describe('The key of the session; null in a `stream.reset` of all sessions'),
  turn: z.int().describe('0 where an event belongs to no turn, and for a greeting'),
  at: z.iso.datetime().describe('ISO 8601, UTC'),
};

/** The data of the server-sent events, by the name of the event. */
const eventSchema = z
  .union([
    z
      .object({
        ...place,
        messageIds: z.array(z.string()),
        attempt: z.int().describe('From 1'),
        model: z.string().nullable(),
      })
      .meta({ title: 'turn.started' }),
    z
      .object({
        ...place,
        place: z.int().describe('How many calls are ahead, an estimate'),
        reason: z.enum(['slots', 'rate', 'tokens', 'backoff']),
        retryAt: z.iso.datetime().optional(),
      })
      .meta({ title: 'turn.waiting' }),
    z
      .object({
        ...place,
        attempt: z.int(),
        text: z.string().describe('The addition'),
        end: z.int().describe('Where it ends in the whole text of the attempt, in UTF-16 units'),
      })
      .meta({ title: 'token' }),
    z
      .object({
        ...place,
        attempt: z.int().describe('The new one: what is shown of the turn is void'),
        reason: z
          .enum(['retry', 'worker-lost', 'fallback', 'step'])
          .describe(
            '`step`: the model goes on with what its tools gave; the text before is void, the tools stay',
          ),
      })
      .meta({ title: 'turn.reset' }),
    z
      .object({
        ...place,
        callId: z.string(),
        name: z.string(),
        state: toolState,
        summary: z.string().describe('What was asked for, or what it gave, shortened'),
        approval: toolApproval.exactOptional(),
      })
      .meta({ title: 'tool' }),
    z
      .object({
        ...place,
        outcome: z.enum(['replied', 'failed', 'refused', 'withdrawn', 'interrupted']),
        messageIds: z.array(z.string()).describe('The messages that it is the outcome of'),
        reply: messageSchema.optional(),
        problem: problemSchema.optional(),
      })
      .meta({ title: 'turn.finished' }),
    z.object({ ...place, session: sessionSchema }).meta({ title: 'session.changed' }),
    z.object(place).meta({ title: 'session.deleted, stream.reset' }),
  ])
  .meta({ id: 'Event', description: 'The data of a server-sent event' });

/** How a route that answers with events is described. */
export const eventStreamResponse = {
  200: {
    description: 'Server-sent events, the data of each being an Event',
    content: { 'text/event-stream': { schema: eventSchema } },
  },
} as const;
