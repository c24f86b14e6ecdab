import type { ApiInstance } from '../api-instance.ts';

/** `GET /openapi.json`: this API, as made from its schemas. */
export function showOpenApiRoute(app: ApiInstance): void {
  const schema = { summary: 'This document', tags: ['Server'] };
  app.get('/openapi.json', { schema }, (_request, reply) =>
    reply.type('application/json').send(app.swagger()),
  );
}
