import type { ProviderConfig } from '../config/config.ts';
import type { FailureDetails } from '../domain/model-call.ts';
import type { ProviderCheck } from '../domain/model-provider.ts';
import { listModels } from './list-models.ts';
import { ModelError } from './model-error.ts';
import { serverOf } from './model-server.ts';

/** A server that has no list, or another one, may still answer calls. */
const harmless = new Set(['model-unknown', 'model-garbled', 'model-rejected']);

/** Asks for the list of models, which needs the key. Takes seconds at most and never throws. */
export async function checkProvider(name: string, provider: ProviderConfig): Promise<ProviderCheck> {
  const { kind } = provider;
  const check = (models: readonly string[], problem: FailureDetails | null): ProviderCheck => ({
    name,
    kind,
    models,
    problem,
  });
  let server;
  try {
    server = serverOf(name, provider);
    return check(server === undefined ? [] : await listModels(server), null);
  } catch (error) {
    if (!(error instanceof ModelError)) return check([], { code: 'model-failed', reason: String(error) });
    return check([], server !== undefined && harmless.has(error.failure.code) ? null : error.failure);
  }
}
