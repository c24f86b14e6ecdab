import fastifySwagger, { type SwaggerTransformObject } from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { isOpenRoute } from './guard/open-routes.ts';

/** Nothing from elsewhere, no script of a page's own text; the documentation's pictures are in its style sheet. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Has to be registered before the routes that it describes. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Atrium',
        version,
        description:
          'Times are ISO 8601 in UTC. Whatever is refused is answered with a problem (RFC 9457) whose `code` is stable.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'The owner’s token' },
          browser: { type: 'apiKey', in: 'cookie', name: 'atrium_session' },
        },
      },
      security: [{ token: [] }, { browser: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => completeDocument(jsonSchemaTransformObject(document)),
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    uiConfig: { deepLinking: true, persistAuthorization: false },
  });
}

type OpenApiDocument = ReturnType<SwaggerTransformObject>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

const problemResponse = {
  description: 'Why it was refused or failed',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Says of every operation what all have in common: how it fails, and whether it needs a sign-in. */
function completeDocument(document: OpenApiDocument): OpenApiDocument {
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const operation = item?.[method];
      if (operation === undefined) continue;
      operation.responses = { ...operation.responses, default: problemResponse };
      const route = path.replaceAll(/\{([^}]+)\}/g, ':$1');
      if (isOpenRoute(method.toUpperCase(), route)) operation.security = [];
    }
  }
  return document;
}
