/** The routes that need no sign-in. Neither shows nor changes anything of anybody. */
const openRoutes: ReadonlySet<string> = new Set([
  'GET /',
  'GET /sign-in',
  'POST /api/auth/redeem',
  'GET /healthz',
  'GET /readyz',
  'GET /openapi.json',
]);

/** `route` is the pattern of the route that was found, so that no spelling of a path gets around it. */
export function isOpenRoute(method: string, route: string | undefined): boolean {
  if (route === undefined) return false;
  const asked = method === 'HEAD' ? 'GET' : method;
  return openRoutes.has(`${asked} ${route}`) || (asked === 'GET' && /^\/docs(\/|$)/.test(route));
}
