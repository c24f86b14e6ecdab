import type { ProviderCheck } from '../domain/model-provider.ts';
import { providerOfModel } from '../domain/model-name.ts';
import { requireOwner, type Caller } from './caller.ts';
import type { Engine } from './engine.ts';

/** What sessions may be answered by. */
export interface ModelOffer {
  /** `provider:model`, a bare provider, or `offline`. */
  readonly default: string;
  readonly providers: readonly OfferedProvider[];
}
export interface OfferedProvider extends ProviderCheck {
  readonly isDefault: boolean;
  readonly state: 'ready' | 'failing';
}

/** Every provider that is set up, asked now whether it answers. Throws `forbidden`. */
export async function listModelProviders({ models }: Engine, caller: Caller): Promise<ModelOffer> {
  requireOwner(caller, 'see the models');
  const defaultName = providerOfModel(models.default);
  const checks = await models.check();
  const providers = checks.map((check): OfferedProvider => ({
    ...check,
    isDefault: check.name === defaultName,
    state: check.problem === null ? 'ready' : 'failing',
  }));
  return { default: models.default, providers };
}
