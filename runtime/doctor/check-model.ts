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
  return found('model', 'broken', {
    detail: `${model} cannot be asked${reason}.`,
    advice: adviceFor(config, problem?.code),
  });
}

function adviceFor({ models: { openai } }: Config, code: string | undefined): string {
  // The host alone: an address may carry a password.
  const server = URL.canParse(openai.baseUrl ?? '') ? new URL(openai.baseUrl ?? '').host : 'its server';
  switch (code) {
    case 'model-unreachable':
    case 'model-timeout':
      return `Check that ${server} runs and can be reached from here, or set OPENAI_BASE_URL to another.`;
    case 'model-auth':
    case 'model-forbidden':
      return 'Check OPENAI_API_KEY: the server does not accept it.';
    case 'model-unknown':
      return 'Check ATRIUM_MODEL and OPENAI_BASE_URL.';
    default:
      return `Try again in a while, and look at what ${server} says.`;
  }
}

const connectAdvice =
  'Set OPENAI_API_KEY, or OPENAI_BASE_URL for any compatible server, and ATRIUM_MODEL to choose a model.';
