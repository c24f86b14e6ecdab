import { noLimits } from '../../domain/queue-limits.ts';
import { Secret } from '../../config/secret.ts';
import type { ModelsConfig, ProviderConfig } from '../../config/config.ts';
import type { CallContext } from '../../domain/model-call.ts';
import { ModelError } from '../../models/model-error.ts';
import type { Model, ModelEnd } from '../../models/model.ts';

export const buildModelsConfig = (change: Partial<ModelsConfig> = {}): ModelsConfig => ({
  default: 'offline',
  fallbacks: [],
  limits: { ...noLimits, slots: 4 },
  contextTokens: 32_000,
  providers: {},
  embeddings: 'none',
  ...change,
});

export const buildProvider = (change: Partial<ProviderConfig> = {}): ProviderConfig => ({
  kind: 'openai',
  apiKey: null,
  baseUrl: null,
  isLocal: true,
  contextTokens: 32_000,
  limits: { ...noLimits, slots: 4 },
  ...change,
});

/** The configuration for a server on loopback; with `apiKey` one that wants a key. */
export const configFor = (baseUrl: string, apiKey?: string, kind = 'openai'): ModelsConfig =>
  buildModelsConfig({
    default: `${kind}:small`,
    providers: {
      [kind]: buildProvider({ kind, baseUrl, apiKey: apiKey === undefined ? null : new Secret(apiKey) }),
    },
  });

export const buildContext = (change: Partial<CallContext> = {}): CallContext => ({
  kind: 'reply',
  turn: 1,
  messageIds: ['m1'],
  model: null,
  instructions: 'Be brief.',
  messages: [{ role: 'user', text: 'Hello there' }],
  tokens: 20,
  language: 'en',
  ...change,
});

export interface ReadCall extends ModelEnd {
  readonly text: string;
  readonly parts: readonly string[];
}

/** Reads one answer to its end. */
export async function readAll(
  model: Model,
  context: CallContext = buildContext(),
  signal: AbortSignal = new AbortController().signal,
): Promise<ReadCall> {
  const parts: string[] = [];
  const stream = model.stream({ context, signal });
  for (;;) {
    const step = await stream.next();
    if (step.done === true) return { ...step.value, text: parts.join(''), parts };
    parts.push(step.value.text);
  }
}

/** The `ModelError` that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<ModelError> {
  const error = await call.then(
    (value) => new Error(`Expected a failure, got ${JSON.stringify(value)}`),
    (failure: unknown) => failure,
  );
  if (error instanceof ModelError) return error;
  throw error;
}
