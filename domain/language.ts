/** The languages that the server itself writes. */
export type Language = 'en' | 'zh';

const han = /\p{Script=Han}/u;
const latin = /\p{Script=Latin}/u;

/**
 * The language of a sentence that answers somebody: the one their platform names (a BCP 47 code), else the script of
 * their message, else the configured one.
 */
export function chooseLanguage(
  platformCode: string | undefined,
  text: string,
  configured: Language,
): Language {
  if (platformCode !== undefined) return languageOfCode(platformCode) ?? languageOfScript(text) ?? configured;
  return languageOfScript(text) ?? configured;
}

/** The catalogue that fits a platform's language code, or undefined when we have none for it. */
export function languageOfCode(code: string): Language | undefined {
  const primary = code.toLowerCase().split(/[-_]/)[0];
  return primary === 'zh' || primary === 'en' ? primary : undefined;
}

/** Han anywhere means Chinese (mixed texts are Chinese with foreign words more often than the reverse). */
function languageOfScript(text: string): Language | undefined {
  if (han.test(text)) return 'zh';
  return latin.test(text) ? 'en' : undefined;
}
