import type { ModelsConfig } from '../config/config.ts';
import type { FailureDetails } from '../domain/model-call.ts';
import { listModels, type ModelServer } from './list-models.ts';
import { ModelError } from './model-error.ts';
import type { Model } from './model.ts';
import { createOfflineModel } from './offline-model.ts';
import { createOpenAiModel } from './openai-model.ts';
import { hostedLimits, localLimits, type TimeLimits } from './time-limits.ts';

/** Every model of this server, by name. */
export interface Models {
  /**
   * The model of a session, `provider:model` or a bare provider; null is the server's default. Throws `ModelError` for one
   * that cannot be used.
   */
  resolve(name: string | null): Promise<Model>;
  /** Looks whether the default model can be asked, within seconds. Never throws. */
  check(): Promise<ModelsReport>;
}

/** What `doctor` and the start say of the default model. */
export interface ModelsReport {
  /** `provider:model`, or the provider alone when its model could not be found out. */
  readonly model: string;
  readonly state: 'ready' | 'offline' | 'failing';
  /** Why it cannot be asked, when it cannot. */
  readonly problem: FailureDetails | null;
}

export function openModels(config: ModelsConfig, limits: Partial<TimeLimits> = {}): Models {
  const known = new Map<string, Promise<Model>>();
  const resolve = (name: string | null): Promise<Model> => {
    const wanted = name ?? config.default;
    const found = known.get(wanted) ?? createModel(config, limits, wanted);
    known.set(wanted, found);
    // A server that could not be asked for its models is asked again.
    found.catch(() => known.delete(wanted));
    return found;
  };
  return { resolve, check: () => checkDefault(config, resolve) };
}

async function createModel(config: ModelsConfig, limits: Partial<TimeLimits>, name: string): Promise<Model> {
  const [provider = '', ...rest] = name.split(':');
  const model = rest.join(':');
  const contextLimit = inputTokens(config.contextTokens);
  switch (provider) {
    case 'offline':
      return createOfflineModel(contextLimit);
    case 'openai': {
      const server = openAiServer(config);
      const base = config.openai.isLocal ? localLimits : hostedLimits;
      const named = model === '' ? await chooseModel(server) : model;
      return createOpenAiModel({ ...server, model: named, contextLimit, limits: { ...base, ...limits } });
    }
    case 'anthropic':
    case 'ollama':
      throw unusable(`the provider ${provider} is not supported yet; use openai or offline`);
    default:
      throw unusable(`there is no provider called "${provider.slice(0, 40)}"; use openai or offline`);
  }
}

const unusable = (reason: string): ModelError => new ModelError({ code: 'model-unknown', reason }, 'never');

/** What is left of the context once there is room for an answer. */
const inputTokens = (contextTokens: number): number =>
  contextTokens - Math.min(4_000, Math.floor(contextTokens / 4));

const ownHost = 'https://api.openai.com/v1';
/** A quick model that every key of OpenAI may use. */
const ownDefault = 'gpt-5-mini';

/** Throws `ModelError` when the configured address is none. */
function openAiServer({ openai }: ModelsConfig): ModelServer {
  const baseUrl = (openai.baseUrl ?? ownHost).replace(/\/+$/, '');
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
    throw unusable('the address of the model’s server must begin with http:// or https://');
  return { baseUrl, apiKey: openai.apiKey?.reveal() };
}

/** Somebody's own server mostly has one model; OpenAI has many, and the first is as good as any other. */
async function chooseModel(server: ModelServer): Promise<string> {
  if (new URL(server.baseUrl).host === new URL(ownHost).host) return ownDefault;
  const names = await listModels(server);
  const chosen = names.find((name) => !/embed|rerank|whisper|tts/i.test(name));
  if (chosen === undefined) throw unusable('the server offers no model for conversations');
  return chosen;
}

async function checkDefault(config: ModelsConfig, resolve: Models['resolve']): Promise<ModelsReport> {
  try {
    const model = await resolve(null);
    if (model.name === 'offline') return { model: model.name, state: 'offline', problem: null };
    await checkServer(openAiServer(config));
    return { model: model.name, state: 'ready', problem: null };
  } catch (error) {
    const problem =
      error instanceof ModelError ? error.failure : { code: 'model-failed', reason: String(error) };
    return { model: config.default, state: 'failing', problem };
  }
}

/** Asks for the list, which needs the key and costs nothing. A server without one is no fault. */
async function checkServer(server: ModelServer): Promise<void> {
  try {
    await listModels(server);
  } catch (error) {
    const harmless = ['model-unknown', 'model-garbled', 'model-rejected'];
    if (!(error instanceof ModelError) || !harmless.includes(error.failure.code)) throw error;
  }
}
