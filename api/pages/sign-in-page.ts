import type { Language } from '../../domain/language.ts';
import { phrase } from '../../domain/phrases/phrase.ts';
import type { Page } from './page.ts';

/** Shows one part of the page; the code stays in the fragment until it is redeemed, so that a reload still works. */
const script = `
const code = location.hash.slice(1);
const show = (part) => {
  for (const element of document.querySelectorAll('[data-part]')) element.hidden = element.dataset.part !== part;
};
const button = document.querySelector('button');
const failed = document.querySelector('#failed');
show(code === '' ? 'missing' : 'ready');
button.focus();
addEventListener('hashchange', () => location.reload());
button.addEventListener('click', async () => {
  button.disabled = true;
  failed.hidden = true;
  try {
    const answer = await fetch('/api/auth/redeem', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    if (answer.status === 204) return location.replace('/');
    if (answer.status === 401 || answer.status === 400) return show('expired');
    failed.hidden = false;
  } catch {
    failed.hidden = false;
  }
  button.disabled = false;
});
`;

/** What a sign-in link opens. Only its button redeems the code, for a preview of the link opens the page, too. */
export function signInPage(language: Language): Page {
  const say = (id: Parameters<typeof phrase>[0]): string => phrase(id, language, {});
  const command = '<code>npx atrium link</code>';
  return {
    title: say('sign-in-title'),
    language,
    script,
    content:
      `<h1>${say('sign-in-title')} · Atrium</h1>` +
      `<div data-part="ready" hidden><p>${say('sign-in-lead')}</p><button>${say('sign-in-button')}</button>` +
      `<p id="failed" role="alert" hidden>${say('sign-in-failed')}</p></div>` +
      `<div data-part="expired" role="alert" hidden><p>${say('sign-in-expired')}</p>${command}</div>` +
      `<div data-part="missing" hidden><p>${say('sign-in-missing')}</p>${command}</div>`,
  };
}
