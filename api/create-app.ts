import fastifyCookie from '@fastify/cookie';
import { fastify, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { acceptJson } from './accept-json.ts';
import { answerErrors, pathOf } from './answer-errors.ts';
import type { AppOptions } from './app-options.ts';
import { guardRequests } from './guard/guard-requests.ts';
import { noteKnownPaths } from './known-paths.ts';
import { describeApi } from './openapi.ts';
import { registerRoutes } from './routes.ts';
import { sendSecurityHeaders } from './security-headers.ts';
import { serverOptions } from './server-options.ts';
import { refuseUnknownQueries } from './strict-routes.ts';

/** The whole HTTP server, not listening yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify(serverOptions(options.log));
  const paths = noteKnownPaths(app);
  sendSecurityHeaders(app);
  logAnswers(app);
  await app.register(fastifyCookie);
  guardRequests(app, options);
  answerErrors(app, paths);
  acceptJson(app);
  await describeApi(app, options.version);
  // The documentation's own routes are described otherwise, so zod has a scope of its own.
  await app.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    refuseUnknownQueries(scope);
    registerRoutes(scope.withTypeProvider<ZodTypeProvider>(), options);
  });
  await app.ready();
  return app;
}

/** One line an answer. Those who ask all the time whether the server lives are heard only when it does not. */
function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const path = pathOf(request);
    if (reply.statusCode < 400 && (path === '/healthz' || path === '/readyz')) return;
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ method: request.method, path, status: reply.statusCode, ms }, 'answered');
  });
}
