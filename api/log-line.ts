import type { FastifyRequest } from 'fastify';
import { pathOf } from './answer-errors.ts';

const longestMessage = 300;
/** An error's cause, its cause's cause, and no more: there are circles. */
const deepestCause = 3;

/** Neither query nor headers: the one may have words of a person, the others secrets. */
export const describeRequest = (
  request: FastifyRequest,
): { readonly method: string; readonly path: string } => ({
  method: request.method,
  path: pathOf(request),
});

// Not an interface: the logger asks for one that may have further fields.
type ErrorLine = {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  readonly cause?: ErrorLine;
};

/** Not everything that hangs on an error: a database's may carry the row that it refused. */
export function describeError(error: Error, depth = 0): ErrorLine {
  const { name, message, stack = '', cause } = error;
  const calls = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name,
    message: message.slice(0, longestMessage),
    stack: calls.join('\n'),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(cause instanceof Error && depth < deepestCause ? { cause: describeError(cause, depth + 1) } : {}),
  };
}
