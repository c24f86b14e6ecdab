import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

/** A route that says nothing of its query takes none: an unknown field is a mistake that its sender should learn of. */
export function refuseUnknownQueries(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.schema = { querystring: z.strictObject({}), ...route.schema };
  });
}
