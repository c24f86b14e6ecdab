import type { ApiInstance } from '../api-instance.ts';

/** `GET /openapi.json`: this API, as made from its schemas. */
export function showOpenApiRoute(app: ApiInstance): void {
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json').send(app.swagger()),
  );
}
