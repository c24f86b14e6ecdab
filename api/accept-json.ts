import type { FastifyInstance } from 'fastify';

/** Bodies are JSON, or nothing: a call that needs none may say that it sends JSON and send nothing. */
export function acceptJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    // Asked for as a string, above.
    else void parse(request, body as string, done);
  });
}
