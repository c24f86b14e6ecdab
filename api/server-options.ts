import { LogController, type FastifyHttpOptions, type FastifyRequest } from 'fastify';
import type { Server } from 'node:http';
import type { LogStream } from './app-options.ts';
import { answerError, pathOf } from './answer-errors.ts';

/** 256 KiB of text, each character of which may be written as six (`\u0041`), and room for the fields beside it. */
const bodyLimit = 6 * 256 * 1024 + 64 * 1024;
/** A session's key or a message's id, percent-encoded. */
const maxParamLength = 3 * 128;

/** How the HTTP server itself behaves. */
export function serverOptions(log: LogStream): FastifyHttpOptions<Server> {
  return {
    bodyLimit,
    routerOptions: { maxParamLength },
    // Streams never end by themselves.
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    logController: new LogController({ disableRequestLogging: true }),
    logger: {
      stream: log,
      redact: ['*.authorization', '*.cookie', '*["set-cookie"]'],
      serializers: { req: describeRequest, err: describeError },
    },
  };
}

/** Neither query nor headers: the one may have words of a person, the others secrets. */
const describeRequest = (request: FastifyRequest) => ({ method: request.method, path: pathOf(request) });

/** Not everything that hangs on an error: a database's may carry the row that it refused. */
function describeError(error: Error) {
  const { name, message, stack } = error;
  return {
    type: name,
    message: message.slice(0, longestMessage),
    stack:
      stack
        ?.split('\n')
        .filter((line) => /^\s+at /.test(line))
        .join('\n') ?? '',
    ...('code' in error ? { code: String(error.code) } : {}),
  };
}
const longestMessage = 300;
