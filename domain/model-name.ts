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
