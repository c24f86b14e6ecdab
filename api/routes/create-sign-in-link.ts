import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AtriumError } from '../../domain/atrium-error.ts';
import { createSignInLink } from '../../engine/sign-in.ts';
import type { ApiInstance } from '../api-instance.ts';
import type { AppOptions } from '../app-options.ts';
import { credentialOf } from '../guard/guard-requests.ts';
import { emptyBody } from '../schemas/session.ts';
import { isoTime } from '../views/time.ts';

const linkSchema = z.object({
  url: z.string().describe('Signs one browser in, once'),
  expiresAt: z.iso.datetime().describe('15 minutes from now'),
});

/** `POST /api/auth/sign-in-links`: only with the token, so that a browser that was let in cannot let in others. */
export function createSignInLinkRoute(app: ApiInstance, { engine, server }: AppOptions): void {
  app.post(
    '/api/auth/sign-in-links',
    {
      schema: {
        summary: 'Make a link that signs a browser in',
        tags: ['Sign-in'],
        body: emptyBody,
        response: { 201: linkSchema },
      },
    },
    async (request, reply) => {
      if (credentialOf(request).kind !== 'token')
        throw new AtriumError(
          'forbidden',
          'token-required',
          'Only who has the token can make sign-in links.',
        );
      const { url, expiresAt } = await createSignInLink(engine, server.publicUrl ?? addressOf(request));
      return reply.code(201).send({ url, expiresAt: isoTime(expiresAt) });
    },
  );
}

/** The server as the caller reaches it. */
const addressOf = (request: FastifyRequest): string => `http://${request.headers.host ?? ''}`;
