import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AtriumError } from '../../domain/atrium-error.ts';
import { owner, type Caller } from '../../engine/caller.ts';
import { isSignedIn } from '../../engine/sign-in.ts';
import type { AppOptions } from '../app-options.ts';
import { Refusal } from '../refusal.ts';
import { bearerToken, isToken, sessionCookie } from './credentials.ts';
import { isOpenRoute } from './open-routes.ts';
import { isOwnHost, isOwnOrigin } from './own-address.ts';

type GuardOptions = Pick<AppOptions, 'engine' | 'server' | 'token'>;

/** By what somebody is let in. */
export type Credential = { readonly kind: 'token' } | { readonly kind: 'cookie'; readonly secret: string };

const credentials = new WeakMap<FastifyRequest, Credential>();

/**
 * Looks at every request before anything else does: is it meant for this server (421), does it come from a page of ours
 * when it comes from a page (403), and who asks (401)?
 */
export function guardRequests(app: FastifyInstance, { engine, server, token }: GuardOptions): void {
  app.decorateRequest('caller', {
    getter(this: FastifyRequest): Caller {
      credentialOf(this);
      return owner;
    },
  });
  app.addHook('onRequest', async (request) => {
    const { host, origin } = request.headers;
    // Without a connection, as in tests of the application alone, the configured port counts.
    const port = request.socket.localPort ?? server.port;
    if (!isOwnHost(host, port, server)) throw wrongHost();
    if (!isOwnOrigin(origin, host, server)) throw wrongOrigin();
    if (isOpenRoute(request.method, request.routeOptions.url)) return;
    credentials.set(request, await authenticate(request, { engine, token }));
  });
}

/** How the request was let in. Throws AtriumError unauthorized on a path that needs no sign-in. */
export function credentialOf(request: FastifyRequest): Credential {
  const credential = credentials.get(request);
  if (credential === undefined) throw unauthorized();
  return credential;
}

async function authenticate(
  request: FastifyRequest,
  { engine, token }: Pick<GuardOptions, 'engine' | 'token'>,
): Promise<Credential> {
  const given = bearerToken(request);
  if (given !== undefined) {
    if (isToken(given, token)) return { kind: 'token' };
    throw unauthorized();
  }
  const secret = sessionCookie(request);
  if (secret !== undefined && (await isSignedIn(engine, secret))) return { kind: 'cookie', secret };
  throw unauthorized();
}

const unauthorized = (): AtriumError =>
  new AtriumError(
    'unauthorized',
    'unauthorized',
    'This needs the owner’s token (Authorization: Bearer …) or a browser that is signed in.',
  );

const wrongOrigin = (): AtriumError =>
  new AtriumError('forbidden', 'wrong-origin', 'Pages of other sites may not ask this server.');

const wrongHost = (): Refusal =>
  new Refusal(
    421,
    'wrong-host',
    'This server does not go by that name. Behind a proxy, set server.publicUrl to the address that people use.',
  );
