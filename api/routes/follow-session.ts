import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { formatPosition } from '../../domain/viewer-position.ts';
import type { Engine } from '../../engine/engine.ts';
import { followSession, type FollowedEvent } from '../../engine/following/follow-session.ts';
import type { ApiInstance } from '../api-instance.ts';
import { sendEventStream, type StreamEvent } from '../event-stream.ts';
import { credentialOf } from '../guard/guard-requests.ts';
import { whenSignedOut } from '../guard/when-signed-out.ts';
import { eventStreamResponse } from '../schemas/event.ts';
import { sessionParams } from '../schemas/session.ts';
import { viewEvent } from '../views/event-view.ts';

const followQuery = z.strictObject({
  lastEventId: z
    .string()
    .optional()
    .describe('As the header Last-Event-ID, which goes first; for clients that cannot set it'),
});

const description =
  'Events are `turn.started`, `turn.waiting`, `token`, `tool`, `turn.reset`, `turn.finished`, `session.changed`, ' +
  '`session.deleted` and `stream.reset`. Each has the id of what has been shown with it: with `Last-Event-ID` the stream ' +
  'goes on there, without gap or repeat, on any server of the same database. An id that is no longer kept, or cannot be ' +
  'read, gets `stream.reset` and goes on from now.';

/** `GET /api/sessions/:key/events`: a session as server-sent events. */
export function followSessionRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/sessions/:key/events',
    {
      schema: {
        summary: 'Follow a session',
        description,
        tags: ['Events'],
        params: sessionParams,
        querystring: followQuery,
        response: eventStreamResponse,
      },
    },
    (request, reply) =>
      sendEventStream(request, reply, async (gone) => {
        const signal = AbortSignal.any([gone, whenSignedOut(engine, credentialOf(request), gone)]);
        const lastEventId = headerId(request) ?? (request.query.lastEventId || undefined);
        const events = await followSession(engine, request.caller, request.params.key, {
          lastEventId,
          signal,
        });
        return formatEvents(events);
      }),
  );
}

/** An empty id is what a browser sends that has none. */
function headerId({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const id = [headers['last-event-id']].flat().at(0);
  return id === '' ? undefined : id;
}

async function* formatEvents(events: AsyncIterable<FollowedEvent>): AsyncGenerator<StreamEvent> {
  for await (const { event, position } of events) {
    const id = position && formatPosition(position);
    yield event === undefined ? { id } : { name: event.kind, data: viewEvent(event), id };
  }
}
