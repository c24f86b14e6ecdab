import { providerOfModel } from '../domain/model-name.ts';
import type { ModelsConfig, ProviderConfig } from './config.ts';
import type { Environment } from './environment.ts';
import type { FileConfig } from './file-schema.ts';
import {
  builtInProviders,
  isSetUp,
  limitsConfig,
  providerConfig,
  type ProviderSource,
} from './provider-config.ts';

export function modelsConfig(environment: Environment, { models = {} }: FileConfig): ModelsConfig {
  const sources = { ...builtInProviders(environment, models), ...models.providers };
  const chosen = environment.model ?? models.default ?? findProvider(sources);
  const defaultName = providerOfModel(chosen);
  const isWanted = (name: string, source: ProviderSource): boolean =>
    name in (models.providers ?? {}) || name === defaultName || isSetUp(source);
  const open = (name: string, source: ProviderSource): ProviderConfig => {
    // What is said of all models goes for the default account, where that says nothing itself.
    const limits = name === defaultName ? { ...models.limits, ...source.limits } : source.limits;
    return providerConfig({ ...source, limits }, models.contextTokens);
  };
  const providers = Object.fromEntries(
    Object.entries(sources)
      .filter(([name, source]) => isWanted(name, source))
      .map(([name, source]) => [name, open(name, source)]),
  );
  return {
    default: chosen,
    fallbacks: models.fallbacks ?? [],
    limits: providers[defaultName]?.limits ?? limitsConfig(models.limits, false),
    contextTokens: models.contextTokens ?? 32_000,
    providers,
    embeddings: environment.embeddings ?? models.embeddings ?? 'builtin',
  };
}

/** The provider that somebody has set up, when nobody said which to use. */
const findProvider = (sources: Readonly<Record<string, ProviderSource>>): string =>
  Object.entries(sources).find(([, source]) => isSetUp(source))?.[0] ?? 'offline';
