import { fastify, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AppOptions } from './app-options.ts';
import { registerRoutes } from './routes.ts';

/** The whole HTTP server, not listening yet. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    registerRoutes(scope.withTypeProvider<ZodTypeProvider>(), options);
  });
  return app;
}
