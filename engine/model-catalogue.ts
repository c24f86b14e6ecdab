import type { KnownModels } from '../domain/model-name.ts';
import type { ProviderCheck } from '../domain/model-provider.ts';

/** The models that are set up, as this process's configuration has them. */
export interface ModelCatalogue extends KnownModels {
  /** Asks each provider whether it answers. Takes seconds at most, never throws. */
  check(): Promise<readonly ProviderCheck[]>;
}
