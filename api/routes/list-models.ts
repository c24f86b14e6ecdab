import type { Engine } from '../../engine/engine.ts';
import { listModelProviders } from '../../engine/list-model-providers.ts';
import type { ApiInstance } from '../api-instance.ts';
import { modelOfferSchema } from '../schemas/model.ts';
import { viewModelOffer } from '../views/model-view.ts';

/** `GET /api/models`: the providers that are set up, each asked whether it answers. */
export function listModelsRoute(app: ApiInstance, engine: Engine): void {
  app.get(
    '/api/models',
    {
      schema: {
        summary: 'The models that sessions may be answered by',
        tags: ['Queue'],
        response: { 200: modelOfferSchema },
      },
    },
    async ({ caller }) => viewModelOffer(await listModelProviders(engine, caller), engine.language),
  );
}
