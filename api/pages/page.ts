import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOfCode, type Language } from '../../domain/language.ts';

/** A page that needs nothing but itself. */
export interface Page {
  readonly title: string;
  readonly language: Language;
  /** HTML; what comes from outside is escaped already. */
  readonly content: string;
  /** JavaScript, the same for all who see the page. */
  readonly script?: string;
}

const style = `
:root { color-scheme: light dark; --paper: #fbfaf8; --ink: #1f2328; --soft: #6a6f76; --line: #dcd9d3; --act: #2f5d50; --on-act: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16181b; --ink: #e8e6e3; --soft: #a0a4aa; --line: #34383d; --act: #8cc4b2; --on-act: #10211c; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.6 system-ui, "Noto Sans CJK SC", sans-serif; }
main { width: 100%; max-width: 28rem; }
h1 { font-size: 1.5rem; font-weight: 600; line-height: 1.25; margin: 0 0 1rem; }
p { margin: 0 0 0.5rem; }
code { display: block; margin: 0 0 1.25rem; padding: 0.6rem 0.8rem; border: 1px solid var(--line); border-radius: 0.5rem;
  font: 0.95rem/1.4 ui-monospace, monospace; overflow-x: auto; user-select: all; }
button { margin-top: 1rem; padding: 0.65rem 1.4rem; border: 0; border-radius: 0.5rem; background: var(--act);
  color: var(--on-act); font: inherit; font-weight: 600; cursor: pointer; }
button:disabled { opacity: 0.6; cursor: default; }
a { color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 3px; }
[hidden] { display: none; }
`;

/** Sends a page with a policy of its own, which allows its style and its script by their hashes and nothing else. */
export function sendPage(reply: FastifyReply, { title, language, content, script }: Page): FastifyReply {
  const scriptPolicy = script === undefined ? '' : `script-src ${hashSource(script)}; connect-src 'self'; `;
  const policy =
    `default-src 'none'; style-src ${hashSource(style)}; ${scriptPolicy}` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const head =
    `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
    `<meta name="robots" content="noindex"><title>${title} · Atrium</title><style>${style}</style>`;
  const tail = script === undefined ? '' : `<script>${script}</script>`;
  return reply
    .header('content-security-policy', policy)
    .header('vary', 'accept-language')
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="${language}"><head>${head}</head><body><main>${content}</main>${tail}</body></html>`,
    );
}

const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The first language of the browser's that we have. */
export function languageOf({ headers }: FastifyRequest, configured: Language): Language {
  const wishes = (headers['accept-language'] ?? '').split(',').map((wish) => {
    const [code = '', quality = 'q=1'] = wish.trim().split(/\s*;\s*/);
    return { code, quality: Number(/^q=([\d.]+)$/.exec(quality)?.[1] ?? 0) };
  });
  const known = wishes
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ code }) => languageOfCode(code))
    .find((language) => language !== undefined);
  return known ?? configured;
}
