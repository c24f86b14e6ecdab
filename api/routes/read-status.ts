import { z } from 'zod';
import { readStatus } from '../../engine/read-status.ts';
import type { ApiInstance } from '../api-instance.ts';
import type { AppOptions } from '../app-options.ts';

const statusSchema = z.object({
  version: z.string().describe('Of the server'),
  mainSession: z.string().describe('The key of the main session, where messages go that name none'),
});

/** `GET /api/status`: what a client asks first. */
export function readStatusRoute(app: ApiInstance, { engine, version }: AppOptions): void {
  app.get(
    '/api/status',
    {
      schema: {
        summary: 'The version of the server and its main session',
        tags: ['Server'],
        response: { 200: statusSchema },
      },
    },
    (request) => ({ version, ...readStatus(engine, request.caller) }),
  );
}
