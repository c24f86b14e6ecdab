import type { Config } from '../../config/config.ts';
import { openModels } from '../../models/open-models.ts';
import { found, type Check } from './check.ts';

/** Asks the provider, which shows whether address and key are right. */
export async function checkModel(config: Config): Promise<Check> {
  const { model, state, problem } = await openModels(config.models).check();
  if (state === 'ready') return found('model', 'ok', { detail: `${model} answers.` });
  if (state === 'offline')
    return found('model', 'warning', {
      detail: 'The offline model is used: no model is connected.',
      advice: connectAdvice,
    });
  const reason =
    problem === null ? '' : ` (${problem.code}${problem.reason === '' ? '' : `: ${problem.reason}`})`;
  return found('model', 'broken', { detail: `${model} cannot be asked${reason}.`, advice: connectAdvice });
}

const connectAdvice =
  'Set OPENAI_API_KEY, or OPENAI_BASE_URL for any compatible server, and ATRIUM_MODEL to choose a model.';
