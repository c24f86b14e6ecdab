import type { ServerResponse } from 'node:http';
import type { Engine } from '../../engine/engine.ts';
import { postMessage } from '../../engine/messages/post-message.ts';
import type { ApiInstance } from '../api-instance.ts';
import { acceptedMessageSchema, outcomeSchema, postMessageBody } from '../schemas/message.ts';
import { sessionParams } from '../schemas/session.ts';
import { viewOutcome } from '../views/message-view.ts';

/** What `wait: true` stands for, in seconds. */
const usualWaitSeconds = 120;

/**
 * `POST /api/sessions/:key/messages`: 202 as soon as the message is in the session's history (I1); 200 with its outcome when
 * the caller waits for it, or when the same id had one already.
 */
export function postMessageRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/sessions/:key/messages',
    {
      schema: {
        summary: 'Post a message',
        tags: ['Messages'],
        params: sessionParams,
        body: postMessageBody,
        response: { 200: outcomeSchema, 202: acceptedMessageSchema },
      },
    },
    async ({ caller, params: { key }, body }, reply) => {
      const { wait, ...post } = body;
      const answer = await postMessage(engine, caller, key, post);
      const { kind, messageId } = answer;
      if (kind === 'ended') return reply.code(200).send(viewOutcome(messageId, answer.outcome));
      if (kind === 'accepted' && wait !== false) {
        const seconds = wait === true ? usualWaitSeconds : wait;
        const signal = AbortSignal.any([AbortSignal.timeout(seconds * 1000), whenGone(reply.raw)]);
        const outcome = await engine.live.waitForOutcome(key, messageId, signal);
        if (outcome !== undefined) return reply.code(200).send(viewOutcome(messageId, outcome));
      }
      return reply.code(202).send({ messageId, status: kind });
    },
  );
}

/** Aborts when the client hangs up. What it posted stays accepted. */
function whenGone(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
