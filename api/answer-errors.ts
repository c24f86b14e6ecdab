import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KnownPaths } from './known-paths.ts';
import { createProblem, problemOf, unexpectedProblem } from './problem.ts';
import type { Problem } from './schemas/problem.ts';

/** Makes every error, whoever noticed it, a problem of RFC 9457. */
export function answerErrors(app: FastifyInstance, paths: KnownPaths): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = paths.methodsOf(path);
    if (methods.length === 0)
      return sendProblem(reply, createProblem(404, 'unknown-path', 'There is nothing at this path.'));
    const detail = `This path knows only ${methods.join(', ')}.`;
    void reply.header('allow', methods.join(', '));
    return sendProblem(reply, createProblem(405, 'method-not-allowed', detail));
  });
}

/** Also for what the framework refuses before it has found a route. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem !== undefined) return sendProblem(reply, problem);
  request.log.error({ err: error, path: pathOf(request) }, 'unexpected error');
  return sendProblem(reply, unexpectedProblem(request.id));
}

/** The path without its query, which may have words of a person. */
export const pathOf = (request: Pick<FastifyRequest, 'url'>): string => request.url.split('?', 1)[0] ?? '';

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="Atrium"');
  // As bytes: no response schema of the route applies, and the type stays as it is registered, without a charset.
  return reply
    .code(problem.status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)));
}
