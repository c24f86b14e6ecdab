import { z } from 'zod';
import type { Engine } from '../../engine/engine.ts';
import { followAll, type AnySessionEvent } from '../../engine/following/follow-all.ts';
import type { ApiInstance } from '../api-instance.ts';
import { sendEventStream, type StreamEvent } from '../event-stream.ts';
import { credentialOf } from '../guard/guard-requests.ts';
import { whenSignedOut } from '../guard/when-signed-out.ts';
import { eventStreamResponse } from '../schemas/event.ts';
import { viewEvent } from '../views/event-view.ts';

const description =
  'As the events of a session, but those of all sessions and without `token`. There is no resume: whoever connects ' +
  'reads the lists. `stream.reset` (with `session: null`) says that events were missed, so that the lists have to be read again.';

/** `GET /api/events`: what happens in any session, as server-sent events. */
export function followAllRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/events',
    {
      schema: {
        summary: 'Follow all sessions',
        description,
        tags: ['Events'],
        querystring: z.strictObject({}),
        response: eventStreamResponse,
      },
    },
    (request, reply) =>
      sendEventStream(request, reply, async (gone) => {
        const signal = AbortSignal.any([gone, whenSignedOut(engine, credentialOf(request), gone)]);
        return formatEvents(followAll(engine, request.caller, signal));
      }),
  );
}

async function* formatEvents(events: AsyncIterable<AnySessionEvent>): AsyncGenerator<StreamEvent> {
  for await (const event of events) yield { name: event.kind, data: viewEvent(event), id: undefined };
}
