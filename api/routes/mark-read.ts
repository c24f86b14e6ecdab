import type { Engine } from '../../engine/engine.ts';
import { markRead } from '../../engine/messages/mark-read.ts';
import type { ApiInstance } from '../api-instance.ts';
import { markReadBody } from '../schemas/message.ts';
import { changedSessionSchema, sessionParams } from '../schemas/session.ts';
import { viewSession } from '../views/session-view.ts';

/** `POST /api/sessions/:key/read`: sets the read mark, which never moves back. */
export function markReadRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/sessions/:key/read',
    {
      schema: {
        summary: 'Mark messages as read',
        tags: ['Messages'],
        params: sessionParams,
        body: markReadBody,
        response: { 200: changedSessionSchema },
      },
    },
    async ({ caller, params, body }) => ({
      session: viewSession(await markRead(engine, caller, params.key, body.upTo)),
    }),
  );
}
