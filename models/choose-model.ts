import { listModels } from './list-models.ts';
import { isOwnServer, unusable, type ModelServer } from './model-server.ts';

/** A quick model that every key of OpenAI may use. */
const openAiDefault = 'gpt-5-mini';
const noConversation = /embed|rerank|whisper|tts|moderation|image/i;

/**
 * The model of a provider when nobody named one. Somebody's own server mostly has one; the first that talks is as good as
 * any other. Throws `ModelError`.
 */
export async function chooseModel(server: ModelServer): Promise<string> {
  if (server.kind === 'openai' && isOwnServer(server)) return openAiDefault;
  const names = (await listModels(server)).filter((name) => !noConversation.test(name));
  // Of Anthropic's, neither the largest nor the smallest.
  const chosen = names.find((name) => server.kind === 'anthropic' && name.includes('sonnet')) ?? names[0];
  if (chosen === undefined) throw unusable('the server offers no model for conversations');
  return chosen;
}
