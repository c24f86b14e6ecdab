import type { Engine } from '../../engine/engine.ts';
import { listTools } from '../../engine/tools/list-tools.ts';
import type { ApiInstance } from '../api-instance.ts';
import { toolListSchema } from '../schemas/tool.ts';
import { viewTools } from '../views/tool-view.ts';

/** `GET /api/tools`: what models may be offered, and how the servers are that it comes from. */
export function listToolsRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/tools',
    { schema: { summary: 'The tools of models', tags: ['Tools'], response: { 200: toolListSchema } } },
    async ({ caller }) => viewTools(await listTools(engine, caller)),
  );
}
