import type { Engine } from '../../engine/engine.ts';
import { listSessions } from '../../engine/sessions/list-sessions.ts';
import type { ApiInstance } from '../api-instance.ts';
import { listArchivedQuery, listSessionsQuery, sessionPageSchema } from '../schemas/session.ts';
import { viewSessionPage } from '../views/session-view.ts';

const common = { tags: ['Sessions'], response: { 200: sessionPageSchema } };

/** `GET /api/sessions` and `GET /api/sessions/archived`: pages, a search, and the numbers for the tabs. */
export function listSessionsRoutes(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/sessions',
    { schema: { ...common, summary: 'List or search sessions', querystring: listSessionsQuery } },
    async ({ caller, query }) => viewSessionPage(await listSessions(engine, caller, query)),
  );
  app.get(
    '/api/sessions/archived',
    { schema: { ...common, summary: 'List or search archived sessions', querystring: listArchivedQuery } },
    async ({ caller, query }) =>
      viewSessionPage(await listSessions(engine, caller, { ...query, status: 'archived' })),
  );
}
