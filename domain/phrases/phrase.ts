import type { Language } from '../language.ts';
import type { FailureDetails } from '../model-call.ts';
import { chinese } from './zh.ts';
import { english, type PhraseId } from './en.ts';

const catalogues: Readonly<Record<Language, Readonly<Record<PhraseId, string>>>> = {
  en: english,
  zh: chinese,
};

/** A sentence of the catalogue, with `{name}` replaced by the parameter of that name. */
export function phrase(
  id: PhraseId,
  language: Language,
  parameters: Readonly<Record<string, string>>,
): string {
  return catalogues[language][id].replace(/\{(\w+)\}/g, (whole, name: string) => parameters[name] ?? whole);
}

/** Why a model call ended for good, and what to do; what the provider said stands behind it in brackets. */
export function failurePhrase(failure: FailureDetails, language: Language): string {
  const id = Object.hasOwn(english, failure.code) ? (failure.code as PhraseId) : 'model-failed';
  const sentence = phrase(id, language, {});
  if (failure.reason === '') return sentence;
  return language === 'zh' ? `${sentence}（${failure.reason}）` : `${sentence} (${failure.reason})`;
}
