import { providerOfModel } from '../domain/model-name.ts';
import type { ProviderCheck } from '../domain/model-provider.ts';

/** The models that are set up, as this process's configuration has them. */
export interface ModelCatalogue {
  /** `provider:model`, a bare provider, or `offline`. */
  readonly default: string;
  /** The names of all providers. */
  readonly providers: readonly string[];
  /** Asks each provider whether it answers. Takes seconds at most, never throws. */
  check(): Promise<readonly ProviderCheck[]>;
}

/**
 * The provider whose queue a model's calls go to; null for the default one's. A model that cannot be used goes there, too,
 * where somebody says so.
 */
export function accountOf(catalogue: ModelCatalogue, model: string | null): string | null {
  if (model === null) return null;
  const provider = providerOfModel(model);
  const isOther = provider !== providerOfModel(catalogue.default) && catalogue.providers.includes(provider);
  return isOther ? provider : null;
}
