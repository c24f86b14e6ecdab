import type { Engine } from '../../engine/engine.ts';
import { signOut } from '../../engine/sign-in.ts';
import type { ApiInstance } from '../api-instance.ts';
import { clearSessionCookie } from '../guard/credentials.ts';
import { credentialOf } from '../guard/guard-requests.ts';
import { noContent } from '../schemas/no-content.ts';
import { emptyBody } from '../schemas/session.ts';

/** `POST /api/auth/sign-out`: ends this browser's web session, and within seconds the streams that it follows. */
export function signOutRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/auth/sign-out',
    {
      schema: {
        summary: 'Sign this browser out',
        tags: ['Sign-in'],
        body: emptyBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const credential = credentialOf(request);
      if (credential.kind === 'cookie') await signOut(engine, credential.secret);
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  );
}
