import type { Engine } from '../../engine/engine.ts';
import { showToolSet } from '../../engine/tools/show-tool-set.ts';
import type { ApiInstance } from '../api-instance.ts';
import { toolSetParams, toolSetSchema } from '../schemas/tool.ts';

/** `GET /api/tools/sets/:hash`: what a model call was offered, as its step in the timeline names it. */
export function showToolSetRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/tools/sets/:hash',
    {
      schema: {
        summary: 'The tools that a model was offered',
        tags: ['Tools'],
        params: toolSetParams,
        response: { 200: toolSetSchema },
      },
    },
    async ({ caller, params }) => ({
      items: (await showToolSet(engine, caller, params.hash)).map((definition) => ({
        ...definition,
        parameters: { ...definition.parameters },
      })),
    }),
  );
}
