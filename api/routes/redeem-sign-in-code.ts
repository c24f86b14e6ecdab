import { z } from 'zod';
import type { Engine } from '../../engine/engine.ts';
import { signIn } from '../../engine/sign-in.ts';
import type { ApiInstance } from '../api-instance.ts';
import { setSessionCookie } from '../guard/credentials.ts';
import { noContent } from '../schemas/no-content.ts';

const redeemBody = z.strictObject({
  code: z.string().min(1).max(128).describe('What follows # in the link'),
});
const longestDevice = 300;

/** `POST /api/auth/redeem`: the code of a link for a cookie, once. Only a POST does: previews of links are no visitors. */
export function redeemSignInCodeRoute(app: ApiInstance, engine: Engine): void {
  app.post(
    '/api/auth/redeem',
    {
      schema: {
        summary: 'Sign a browser in with the code of a link',
        description: 'A code that is unknown, used or too old is 401 `code-expired`.',
        tags: ['Sign-in'],
        body: redeemBody,
        response: { 204: noContent },
      },
    },
    async (request, reply) => {
      const device = (request.headers['user-agent'] ?? '').slice(0, longestDevice);
      setSessionCookie(request, reply, await signIn(engine, request.body.code, device));
      return reply.code(204).send(null);
    },
  );
}
