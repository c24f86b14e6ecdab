import type { QueueLimits } from '../domain/queue-limits.ts';
import type { ProviderConfig } from './config.ts';
import type { Environment } from './environment.ts';
import type { FileConfig } from './file-schema.ts';
import { secretOrNull } from './secret.ts';

type FileModels = NonNullable<FileConfig['models']>;
/** A provider as the file or the environment has it. */
export type ProviderSource = NonNullable<FileModels['providers']>[string];

/** The providers that need no entry of their own: their keys come from the variables that their own tools read. */
export function builtInProviders(
  environment: Environment,
  { openai, anthropic, ollama: { host, ...ollama } = {} }: FileModels,
): Readonly<Record<'openai' | 'anthropic' | 'ollama', ProviderSource>> {
  const ollamaHost = environment.ollamaHost ?? ollama.baseUrl ?? host;
  return {
    openai: {
      ...openai,
      kind: 'openai',
      apiKey: environment.openaiKey ?? openai?.apiKey,
      baseUrl: environment.openaiBaseUrl ?? openai?.baseUrl,
    },
    anthropic: { ...anthropic, kind: 'anthropic', apiKey: environment.anthropicKey ?? anthropic?.apiKey },
    ollama: { ...ollama, kind: 'ollama', baseUrl: ollamaHost && ollamaUrl(ollamaHost) },
  };
}

/** Whether somebody has said anything that lets it be used. */
export const isSetUp = ({ apiKey, baseUrl }: ProviderSource): boolean =>
  apiKey !== undefined || baseUrl !== undefined;

const hostedSlots = 32;
const localSlots = 2;
/** Ollama keeps memory for as many tokens as it is told, whether they are used or not. */
const ollamaContextTokens = 8_192;
const usualContextTokens = 32_000;

/** `contextTokens` is what the file says of all providers. */
export function providerConfig(source: ProviderSource, contextTokens: number | undefined): ProviderConfig {
  const { kind, apiKey, baseUrl = null, limits } = source;
  const isOllama = kind === 'ollama';
  const isLocal = baseUrl === null ? isOllama : isThisMachine(baseUrl);
  return {
    kind,
    apiKey: secretOrNull(apiKey),
    baseUrl,
    isLocal,
    contextTokens:
      source.contextTokens ?? contextTokens ?? (isOllama ? ollamaContextTokens : usualContextTokens),
    limits: limitsConfig(limits, isLocal || isOllama),
  };
}

/** A model on somebody's own machine serves few calls at once. */
export const limitsConfig = (limits: ProviderSource['limits'] = {}, isSmall: boolean): QueueLimits => ({
  slots: limits.slots ?? (isSmall ? localSlots : hostedSlots),
  requestsPerSecond: limits.requestsPerSecond ?? null,
  requestsPerSecondPerSession: limits.requestsPerSecondPerSession ?? null,
  tokensPerMinute: limits.tokensPerMinute ?? null,
});

const isThisMachine = (url: string): boolean =>
  URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);

/** What Ollama's own tools take: a host, with or without port and scheme; the address to listen on counts as this machine. */
function ollamaUrl(host: string): string {
  const url = /^https?:\/\//.test(host) ? host : `http://${host}`;
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.hostname === '0.0.0.0') parsed.hostname = '127.0.0.1';
  const hasPort = /:\d+\/*$/.test(url);
  if (!hasPort && parsed.protocol === 'http:') parsed.port = '11434';
  return parsed.href.replace(/\/+$/, '');
}
