import { ModelError } from './model-error.ts';
import type { ModelServer } from './model-server.ts';
import { toModelError } from './provider-error.ts';
import { readField, textOf } from './read-field.ts';

/** A list is small; a server that needs longer for it has trouble. Milliseconds. */
const deadlineMs = 5_000;

/** The names of the models that a server offers, in its order. Costs nothing. Throws `ModelError`. */
export async function listModels(server: ModelServer): Promise<readonly string[]> {
  try {
    const { path, headers: asked } = requestOf(server);
    const response = await fetch(`${server.baseUrl}${path}`, {
      headers: asked,
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    if (response.ok) return namesOf(JSON.parse(text));
    const { status, headers } = response;
    throw Object.assign(new Error(messageOf(text)), { status, headers });
  } catch (error) {
    throw toModelError(error, server.apiKey);
  }
}

interface ListRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function requestOf({ kind, apiKey }: ModelServer): ListRequest {
  const bearer = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  switch (kind) {
    case 'anthropic':
      return {
        path: '/v1/models',
        headers: {
          'anthropic-version': '2023-06-01',
          ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        },
      };
    case 'ollama':
      return { path: '/api/tags', headers: bearer };
    default:
      return { path: '/models', headers: bearer };
  }
}

/** The message of an error in one of the protocols' shapes, or the text as it is. */
const messageOf = (text: string): string => /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;

/** OpenAI and Anthropic name their models by `id` under `data`, Ollama by `name` under `models`. */
function namesOf(body: unknown): readonly string[] {
  const items = readField(body, 'data') ?? readField(body, 'models');
  if (!Array.isArray(items))
    throw new ModelError({ code: 'model-garbled', reason: 'the list of models is none' }, 'soon');
  return items
    .map((item: unknown) => textOf(readField(item, 'id')) || textOf(readField(item, 'name')))
    .filter((name) => name !== '');
}
