import { z } from 'zod';
import type { ApiInstance } from '../api-instance.ts';
import type { AppOptions } from '../app-options.ts';

const tags = ['Server'];

const aliveSchema = z.object({ status: z.literal('ok') });

const readySchema = z.object({
  status: z.enum(['ok', 'unavailable']),
  parts: z.record(
    z.string(),
    z.object({ state: z.enum(['ok', 'starting', 'failing']), detail: z.string().optional() }),
  ),
});

/** `GET /healthz`: the process answers. `GET /readyz`: so does every part that it needs; 503 while not. */
export function showHealthRoutes(app: ApiInstance, { health }: AppOptions): void {
  app.get(
    '/healthz',
    { schema: { summary: 'Whether the server is alive', tags, response: { 200: aliveSchema } } },
    () => ({ status: 'ok' as const }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Whether the server is ready, with the state of each part',
        tags,
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const { ready, parts } = await health();
      return ready
        ? { status: 'ok' as const, parts: { ...parts } }
        : reply.code(503).send({ status: 'unavailable', parts: { ...parts } });
    },
  );
}
