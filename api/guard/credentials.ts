import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../../config/secret.ts';
import { webSessionLifetimeMs } from '../../engine/sign-in.ts';

const cookieName = 'atrium_session';

/** The token of an Authorization header; undefined when there is no header, empty when it is of another kind. */
export function bearerToken(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  return /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1] ?? '';
}

/** Compares in a time that says nothing of either: of their hashes, which have one length. */
export function isToken(given: string, token: Secret): boolean {
  return timingSafeEqual(sha256(given), sha256(token.reveal()));
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The secret of the browser's web session, if it has one. */
export function sessionCookie(request: FastifyRequest): string | undefined {
  return request.cookies[cookieName];
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  void reply.setCookie(cookieName, secret, {
    ...cookieOptions(request),
    maxAge: Math.floor(webSessionLifetimeMs / 1000),
  });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(cookieName, cookieOptions(request));
}

/** No page's script sees it, and no other site's page sends it. Over TLS, which the page's origin tells, only there. */
function cookieOptions(request: FastifyRequest) {
  const secure = request.headers.origin?.startsWith('https://') === true;
  return { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
}
