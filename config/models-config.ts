import type { QueueLimits } from '../domain/queue-limits.ts';
import type { ModelsConfig } from './config.ts';
import type { Environment } from './environment.ts';
import type { FileConfig } from './file-schema.ts';
import { secretOrNull } from './secret.ts';

type Providers = Pick<ModelsConfig, 'openai' | 'anthropic' | 'ollama'>;

export function modelsConfig(environment: Environment, { models = {} }: FileConfig): ModelsConfig {
  const providers = providersConfig(environment, models);
  const chosen = environment.model ?? models.default ?? findProvider(providers);
  const hostedSlots = 32;
  const localSlots = 2;
  return {
    default: chosen,
    limits: limitsConfig(models.limits, isLocal(chosen, providers) ? localSlots : hostedSlots),
    contextTokens: models.contextTokens ?? 32_000,
    ...providers,
    embeddings: environment.embeddings ?? models.embeddings ?? 'builtin',
  };
}

const limitsConfig = (
  limits: NonNullable<FileConfig['models']>['limits'] = {},
  slots: number,
): QueueLimits => ({
  slots: limits.slots ?? slots,
  requestsPerSecond: limits.requestsPerSecond ?? null,
  requestsPerSecondPerSession: limits.requestsPerSecondPerSession ?? null,
  tokensPerMinute: limits.tokensPerMinute ?? null,
});

function providersConfig(environment: Environment, models: NonNullable<FileConfig['models']>): Providers {
  const baseUrl = environment.openaiBaseUrl ?? models.openai?.baseUrl ?? null;
  return {
    openai: {
      apiKey: secretOrNull(environment.openaiKey ?? models.openai?.apiKey),
      baseUrl,
      isLocal: baseUrl !== null && isThisMachine(baseUrl),
    },
    anthropic: { apiKey: secretOrNull(environment.anthropicKey ?? models.anthropic?.apiKey) },
    ollama: { host: environment.ollamaHost ?? models.ollama?.host ?? null },
  };
}

/** The provider that somebody has set up, when nobody said which to use. */
function findProvider({ openai, anthropic, ollama }: Providers): string {
  if (openai.apiKey !== null || openai.baseUrl !== null) return 'openai';
  if (anthropic.apiKey !== null) return 'anthropic';
  return ollama.host === null ? 'offline' : 'ollama';
}

/** A model on this machine serves few calls at once. */
const isLocal = (model: string, { openai }: Providers): boolean =>
  model.startsWith('ollama') || (model.startsWith('openai') && openai.isLocal);

const isThisMachine = (url: string): boolean =>
  URL.canParse(url) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
