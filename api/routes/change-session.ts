import { archiveSession } from '../../engine/sessions/archive-session.ts';
import type { Caller } from '../../engine/caller.ts';
import type { Engine } from '../../engine/engine.ts';
import { pinSession } from '../../engine/sessions/pin-session.ts';
import { resetSession } from '../../engine/sessions/reset-session.ts';
import { restoreSession } from '../../engine/sessions/restore-session.ts';
import { unpinSession } from '../../engine/sessions/unpin-session.ts';
import type { SessionView } from '../../store/find-session.ts';
import type { ApiInstance } from '../api-instance.ts';
import { archiveSessionBody, changedSessionSchema, emptyBody, sessionParams } from '../schemas/session.ts';
import { viewSession } from '../views/session-view.ts';

type Change = (engine: Engine, caller: Caller, key: string) => Promise<SessionView>;

const verbs: readonly { readonly verb: string; readonly summary: string; readonly change: Change }[] = [
  { verb: 'restore', summary: 'Bring a session back from the archive', change: restoreSession },
  { verb: 'pin', summary: 'Pin a session: listed first, never cleaned up', change: pinSession },
  { verb: 'unpin', summary: 'Take the pin off a session', change: unpinSession },
  { verb: 'reset', summary: 'Begin a new chapter', change: resetSession },
];

const common = { tags: ['Sessions'], params: sessionParams, response: { 200: changedSessionSchema } };

/** `POST /api/sessions/:key/archive`, `/restore`, `/pin`, `/unpin`, `/reset`; all but reset may be repeated. */
export function changeSessionRoutes(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/sessions/:key/archive',
    { schema: { ...common, summary: 'Archive a session', body: archiveSessionBody } },
    async ({ caller, params, body }) => ({
      session: viewSession(await archiveSession(engine, caller, params.key, body?.reason)),
    }),
  );
  for (const { verb, summary, change } of verbs)
    app.post(
      `/api/sessions/:key/${verb}`,
      { schema: { ...common, summary, body: emptyBody } },
      async ({ caller, params }) => ({ session: viewSession(await change(engine, caller, params.key)) }),
    );
}
