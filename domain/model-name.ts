/** A model's name, `provider:model`, in its parts; `model` is empty for a bare provider. The model may have colons itself. */
export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

export function splitModelName(name: string): ModelName {
  const colon = name.indexOf(':');
  return colon === -1
    ? { provider: name, model: '' }
    : { provider: name.slice(0, colon), model: name.slice(colon + 1) };
}

/** The provider of a model by the model's name. */
export const providerOfModel = (name: string): string => splitModelName(name).provider;

/** The models that are set up, by the names that they have. */
export interface KnownModels {
  /** `provider:model`, a bare provider, or `offline`. */
  readonly default: string;
  /** The names of all providers. */
  readonly providers: readonly string[];
}

/**
 * The provider whose queue a model's calls go to; null for the default one's. A model that cannot be used goes there, too,
 * where somebody says so.
 */
export function accountOf(known: KnownModels, model: string | null): string | null {
  if (model === null) return null;
  const provider = providerOfModel(model);
  const isOther = provider !== providerOfModel(known.default) && known.providers.includes(provider);
  return isOther ? provider : null;
}
