import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AtriumError, type ErrorKind } from '../domain/atrium-error.ts';
import { Refusal } from './refusal.ts';
import type { Problem } from './schemas/problem.ts';
import { describeIssues } from './validation-issue.ts';

/** The one mapping from errors of ours to HTTP. */
const statusOfKind: Readonly<Record<ErrorKind, number>> = {
  'not-found': 404,
  gone: 410,
  conflict: 409,
  invalid: 400,
  'too-large': 413,
  unauthorized: 401,
  forbidden: 403,
  busy: 429,
  unavailable: 503,
};

/** What the HTTP server itself refuses, by the code of its error. */
const ofServer: Readonly<Record<string, readonly [status: number, code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body-too-large', 'The body of the request is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'unsupported-media-type',
    'The body of a request must be application/json.',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'invalid-json', 'The body of the request is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'invalid-json',
    'The body of the request is not as long as announced.',
  ],
  FST_ERR_BAD_URL: [400, 'malformed-path', 'The path of the request is not encoded properly.'],
};

const codeOfPart: Readonly<Record<string, string>> = {
  body: 'invalid-body',
  querystring: 'invalid-query',
  params: 'invalid-path',
  headers: 'invalid-header',
};

/** A problem whose title is the name of its status. */
export function createProblem(status: number, code: string, detail: string): Problem {
  return {
    type: `urn:atrium:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    code,
    detail,
  };
}

/**
 * What an error means to the client; undefined for one that nobody foresaw, of which clients learn nothing.
 */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof AtriumError) return createProblem(statusOfKind[error.kind], error.code, error.message);
  if (error instanceof Refusal) return createProblem(error.status, error.code, error.message);
  if (hasZodFastifySchemaValidationErrors(error)) {
    const code = codeOfPart[error.validationContext ?? ''] ?? 'invalid-request';
    return createProblem(400, code, describeIssues(error.validation));
  }
  const known = ofServer[serverCode(error)];
  return known === undefined ? undefined : createProblem(...known);
}

/** What the client is told of an error that nobody foresaw; the log has the rest under the id. */
export function unexpectedProblem(id: string): Problem {
  const detail = `Something went wrong here that nobody foresaw. The server’s log has it under ${id}.`;
  return { ...createProblem(500, 'internal', detail), instance: `urn:atrium:error:${id}` };
}

const serverCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? (error as FastifyError).code
    : '';
