import type { FastifyInstance } from 'fastify';

/** Which methods a path has, so that a wrong method is told from a wrong path. */
export interface KnownPaths {
  methodsOf(path: string): readonly string[];
}

/** Takes note of every route that is registered from now on. */
export function noteKnownPaths(app: FastifyInstance): KnownPaths {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return {
    methodsOf: (path) => {
      const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
      return [...new Set(methods)].toSorted();
    },
  };
}

/** `/api/sessions/:key` → anything but a slash for the key; `*` → anything. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replace(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`);
}
