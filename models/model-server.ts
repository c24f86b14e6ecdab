import type { ProviderConfig } from '../config/config.ts';
import { ModelError } from './model-error.ts';

/** Where the models of a provider are, and with which key they are asked. */
export interface ModelServer {
  readonly kind: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}

/** Where each kind of provider has its own server, and the variable that its tools read the key from. */
const homes: Readonly<Record<string, { readonly baseUrl: string; readonly keyVariable?: string }>> = {
  openai: { baseUrl: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' },
  anthropic: { baseUrl: 'https://api.anthropic.com', keyVariable: 'ANTHROPIC_API_KEY' },
  ollama: { baseUrl: 'http://127.0.0.1:11434' },
};

/**
 * The server of a provider; undefined for a kind whose own library knows where it is. Throws `ModelError` when the
 * configured address is none, and when the provider's own server would be asked without a key.
 */
export function serverOf(name: string, provider: ProviderConfig): ModelServer | undefined {
  const home = homes[provider.kind];
  const baseUrl = (provider.baseUrl ?? home?.baseUrl)?.replace(/\/+$/, '');
  if (baseUrl === undefined) return undefined;
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
    throw unusable('the address of the model’s server must begin with http:// or https://');
  const apiKey = provider.apiKey?.reveal();
  if (apiKey === undefined && provider.baseUrl === null && home?.keyVariable !== undefined)
    throw new ModelError({ code: 'model-no-key', reason: `${name}: ${home.keyVariable}` }, 'never');
  return { kind: provider.kind, baseUrl, apiKey };
}

/** Whether it is the server of the company whose protocol it speaks. */
export const isOwnServer = ({ kind, baseUrl }: ModelServer): boolean =>
  baseUrl === homes[kind]?.baseUrl.replace(/\/+$/, '');

/** A model that cannot be asked as things are set up. */
export const unusable = (reason: string): ModelError =>
  new ModelError({ code: 'model-unknown', reason }, 'never');
