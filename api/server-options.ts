import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { LogController, type FastifyHttpOptions } from 'fastify';
import { answerError } from './answer-errors.ts';
import type { LogStream } from './app-options.ts';
import { describeError, describeRequest } from './log-line.ts';
import { createProblem } from './problem.ts';

/**
 * 1 MiB of text, each character of which may be written as six (`\u0041`), and room for the fields beside it: four times
 * what a message may be, so that whoever sends too much is told so by a route instead of by a broken connection.
 */
const bodyLimit = 6 * 1024 * 1024 + 64 * 1024;
/** As much as Node takes of a request's head: what is too long for a key is a malformed key, whatever its length. */
const maxParamLength = 16 * 1024;

/** How the HTTP server itself behaves. */
export function serverOptions(log: LogStream): FastifyHttpOptions<Server> {
  return {
    bodyLimit,
    routerOptions: { maxParamLength },
    // Unlike a number, found in a log of several processes and starts.
    genReqId: () => randomUUID(),
    // Streams never end by themselves.
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    clientErrorHandler: (error, socket) => answerGarbage(error, socket),
    logController: new LogController({ disableRequestLogging: true }),
    logger: {
      stream: log,
      redact: ['*.authorization', '*.cookie', '*["set-cookie"]'],
      serializers: { req: describeRequest, err: describeError },
    },
  };
}

/** What is no HTTP, or has more headers than anybody needs. */
function answerGarbage({ code }: { readonly code: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return;
  const problem =
    code === 'HPE_HEADER_OVERFLOW'
      ? createProblem(431, 'headers-too-large', 'The headers of the request are too large.')
      : createProblem(400, 'malformed-request', 'This is no HTTP request.');
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
