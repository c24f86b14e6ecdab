import type { ModelsConfig, ProviderConfig } from '../config/config.ts';
import type { FailureDetails, FallbackModel } from '../domain/model-call.ts';
import { accountOf, splitModelName } from '../domain/model-name.ts';
import type { ProviderCheck } from '../domain/model-provider.ts';
import { createChatModel } from './chat-model.ts';
import { checkProvider } from './check-provider.ts';
import { chooseModel } from './choose-model.ts';
import { ModelError } from './model-error.ts';
import type { Model } from './model.ts';
import { serverOf, unusable } from './model-server.ts';
import { createOfflineModel } from './offline-model.ts';
import { hostedLimits, localLimits, type TimeLimits } from './time-limits.ts';

/** Every model of this server, by name. */
export interface Models {
  /**
   * The model of a session, `provider:model` or a bare provider; null is the server's default. Throws `ModelError` for one
   * that cannot be used.
   */
  resolve(name: string | null): Promise<Model>;
  /**
   * What is asked instead of a model, null for the default, that failed for good; undefined when there is nothing left. Of
   * a fallback it is the next one.
   */
  fallbackAfter(name: string | null, isFallback: boolean): FallbackModel | undefined;
  /** Looks whether the default model can be asked, within seconds. Never throws. */
  check(): Promise<ModelsReport>;
  /** Looks the same of every provider that is set up. */
  checkAll(): Promise<readonly ProviderCheck[]>;
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
  const checkAll = (): Promise<readonly ProviderCheck[]> =>
    Promise.all(Object.entries(config.providers).map(([name, provider]) => checkProvider(name, provider)));
  const fallbackAfter: Models['fallbackAfter'] = (name, isFallback) =>
    findFallback(config, name ?? config.default, isFallback);
  return { resolve, fallbackAfter, check: () => checkDefault(config, resolve), checkAll };
}

function findFallback(
  { default: chosen, fallbacks, providers }: ModelsConfig,
  failed: string,
  isFallback: boolean,
): FallbackModel | undefined {
  const tried = isFallback ? fallbacks.indexOf(failed) : -1;
  // A fallback that is no longer configured has no next one.
  if (isFallback && tried === -1) return undefined;
  const model = fallbacks.slice(tried + 1).find((name) => name !== failed);
  if (model === undefined) return undefined;
  return { model, account: accountOf({ default: chosen, providers: Object.keys(providers) }, model) };
}

async function createModel(config: ModelsConfig, limits: Partial<TimeLimits>, name: string): Promise<Model> {
  const { provider, model } = splitModelName(name);
  if (provider === 'offline') return createOfflineModel(inputTokens(config.contextTokens));
  const found = providerNamed(config, provider);
  const { kind, contextTokens, isLocal } = found;
  const server = serverOf(provider, found);
  const named = model === '' && server !== undefined ? await chooseModel(server) : model;
  if (named === '') throw unusable(`a model must be named: ${provider}:MODEL`);
  return createChatModel(`${provider}:${named}`, {
    kind,
    model: named,
    baseUrl: server?.baseUrl,
    apiKey: found.apiKey?.reveal(),
    contextTokens,
    contextLimit: inputTokens(contextTokens),
    limits: { ...(isLocal ? localLimits : hostedLimits), ...limits },
  });
}

function providerNamed({ providers }: ModelsConfig, name: string): ProviderConfig {
  const found = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (found !== undefined) return found;
  const known = [...Object.keys(providers), 'offline'].join(', ');
  throw unusable(`no provider "${name.slice(0, 40)}" is set up; there are: ${known}`);
}

/** What is left of the context once there is room for an answer. */
const inputTokens = (contextTokens: number): number =>
  contextTokens - Math.min(4_000, Math.floor(contextTokens / 4));

async function checkDefault(config: ModelsConfig, resolve: Models['resolve']): Promise<ModelsReport> {
  try {
    const { name } = await resolve(null);
    if (name === 'offline') return { model: name, state: 'offline', problem: null };
    const { provider } = splitModelName(name);
    const { problem } = await checkProvider(provider, providerNamed(config, provider));
    return { model: name, state: problem === null ? 'ready' : 'failing', problem };
  } catch (error) {
    return { model: config.default, state: 'failing', problem: problemOf(error) };
  }
}

const problemOf = (error: unknown): FailureDetails =>
  error instanceof ModelError ? error.failure : { code: 'model-failed', reason: String(error) };
