import type { z } from 'zod';
import type { Language } from '../../domain/language.ts';
import { failurePhrase } from '../../domain/phrases/phrase.ts';
import type { ModelOffer } from '../../engine/list-model-providers.ts';
import type { modelOfferSchema } from '../schemas/model.ts';

/** The providers as people see them: a problem is a sentence that says what to do. */
export const viewModelOffer = (
  { default: chosen, providers }: ModelOffer,
  language: Language,
): z.output<typeof modelOfferSchema> => ({
  default: chosen,
  providers: providers.map(({ name, kind, isDefault, state, problem, models }) => ({
    name,
    kind,
    isDefault,
    state,
    problem: problem === null ? null : { code: problem.code, detail: failurePhrase(problem, language) },
    models: [...models],
  })),
});
