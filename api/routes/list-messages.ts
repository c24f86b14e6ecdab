import type { Engine } from '../../engine/engine.ts';
import { listMessages } from '../../engine/messages/list-messages.ts';
import type { ApiInstance } from '../api-instance.ts';
import { listMessagesQuery, messagePageSchema } from '../schemas/message.ts';
import { sessionParams } from '../schemas/session.ts';
import { viewMessage } from '../views/message-view.ts';

/** `GET /api/sessions/:key/messages`: the newest page first, oldest to newest within it. */
export function listMessagesRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/sessions/:key/messages',
    {
      schema: {
        summary: 'List the messages of a session',
        tags: ['Messages'],
        params: sessionParams,
        querystring: listMessagesQuery,
        response: { 200: messagePageSchema },
      },
    },
    async ({ caller, params, query }) => {
      const before = query.before ?? query.cursor;
      const { items, nextCursor } = await listMessages(engine, caller, params.key, {
        limit: query.limit,
        ...(before === undefined ? {} : { before }),
        ...(query.chapter === undefined ? {} : { chapter: query.chapter }),
      });
      return { items: items.map(viewMessage), nextCursor };
    },
  );
}
