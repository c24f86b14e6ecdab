import type { ApiInstance } from '../api-instance.ts';
import type { AppOptions } from '../app-options.ts';
import { languageOf, sendPage } from '../pages/page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { startPage } from '../pages/start-page.ts';

/** `GET /`: that the server runs, and what to do next. `GET /sign-in`: what a sign-in link opens. */
export function showPagesRoutes(app: ApiInstance, { engine }: AppOptions): void {
  const options = { schema: { hide: true } };
  app.get('/', options, (request, reply) => sendPage(reply, startPage(languageOf(request, engine.language))));
  app.get('/sign-in', options, (request, reply) =>
    sendPage(reply, signInPage(languageOf(request, engine.language))),
  );
}
