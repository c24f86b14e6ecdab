import type { Config } from '../../config/config.ts';
import type { FailureDetails } from '../../domain/model-call.ts';
import { openModels } from '../../models/open-models.ts';
import { found, type Check } from './check.ts';

/** Asks every provider for its models, which shows whether address and key are right. The default's is what counts most. */
export async function checkModels(config: Config): Promise<readonly Check[]> {
  const models = openModels(config.models);
  const [{ model, state, problem }, providers] = await Promise.all([models.check(), models.checkAll()]);
  const others = providers
    .filter(({ name }) => model !== name && !model.startsWith(`${name}:`))
    .map((provider) =>
      provider.problem === null
        ? found(`model ${provider.name}`, 'ok', { detail: 'Its provider answers.' })
        : found(`model ${provider.name}`, 'warning', {
            detail: `It cannot be asked${reasonOf(provider.problem)}.`,
            advice: otherAdvice,
          }),
    );
  if (state === 'ready') return [found('model', 'ok', { detail: `${model} answers.` }), ...others];
  const isOffline = state === 'offline';
  const detail = isOffline
    ? 'The offline model is used: no model is connected.'
    : `${model} cannot be asked${reasonOf(problem)}.`;
  return [found('model', isOffline ? 'warning' : 'broken', { detail, advice: connectAdvice }), ...others];
}

const reasonOf = (problem: FailureDetails | null): string =>
  problem === null ? '' : ` (${problem.code}${problem.reason === '' ? '' : `: ${problem.reason}`})`;

const connectAdvice =
  'Set OPENAI_API_KEY, OPENAI_BASE_URL for any compatible server, ANTHROPIC_API_KEY or OLLAMA_HOST, and ATRIUM_MODEL to choose a model.';
const otherAdvice =
  'Check its key and address in atrium.yaml or in the environment, then start the server again.';
