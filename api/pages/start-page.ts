import type { Language } from '../../domain/language.ts';
import { phrase } from '../../domain/phrases/phrase.ts';
import type { Page } from './page.ts';

/** What the address of the server shows. It has nothing of anybody, so everybody may see it. */
export function startPage(language: Language): Page {
  const say = (id: Parameters<typeof phrase>[0]): string => phrase(id, language, {});
  const commands = [
    [say('start-chat'), 'npx atrium chat'],
    [say('start-sessions'), 'npx atrium sessions list'],
    [say('start-link'), 'npx atrium link'],
  ];
  return {
    title: say('start-title'),
    language,
    content:
      `<h1>${say('start-title')}</h1>` +
      commands.map(([what, command]) => `<p>${what}</p><code>${command}</code>`).join('') +
      `<p><a href="/docs">${say('start-docs')}</a></p>`,
  };
}
