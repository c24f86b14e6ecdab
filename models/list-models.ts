import { ModelError } from './model-error.ts';
import { toModelError } from './openai-error.ts';

export interface ModelServer {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
}

/** A list is small; a server that needs longer for it has trouble. Milliseconds. */
const deadlineMs = 5_000;

/** The names of the models that a server offers (`GET /models`), in its order. Throws `ModelError`. */
export async function listModels({ baseUrl, apiKey }: ModelServer): Promise<readonly string[]> {
  try {
    const response = await fetch(`${baseUrl}/models`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(deadlineMs),
    });
    const text = await response.text();
    if (response.ok) return namesOf(JSON.parse(text));
    const { status, headers } = response;
    throw Object.assign(new Error(messageOf(text)), { status, headers });
  } catch (error) {
    throw toModelError(error, apiKey);
  }
}

/** The message of an error in the protocol's shape, or the text as it is. */
function messageOf(text: string): string {
  return /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
}

function namesOf(body: unknown): readonly string[] {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'data') : undefined;
  if (!Array.isArray(items))
    throw new ModelError({ code: 'model-garbled', reason: 'the list of models is none' }, 'soon');
  return items.flatMap((item: unknown) => {
    const id: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, 'id') : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}
