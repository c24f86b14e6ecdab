import { types } from 'node:util';
import { AtriumError } from '../domain/atrium-error.ts';

/** Codes of the operating system for a server that cannot be reached, or was lost on the way. */
const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EACCES',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Classes and codes of PostgreSQL for a server that is up but does not serve: gone, shutting down, full, too slow. */
const lostStates = /^(08...|53...|57P0.|57014|58...|25006)$/;
/** Sentences of the driver, which has no codes for what it finds out itself. */
const lostSentences = /^(Connection terminated|timeout exceeded when trying|Query read timeout|Client has)/;
const missingSessionState = '23503';
const unstorableStates = new Set(['22021', '22P05']);

/**
 * What a failed statement means to the rest of the program: `database-unavailable` when trying later may help,
 * `unstorable-text` for a text that no PostgreSQL can hold, `session-deleted` for what came too late. Everything else is a defect of ours and comes back as it is.
 */
export function toDatabaseError(error: unknown): unknown {
  if (!types.isNativeError(error) || error instanceof AtriumError) return error;
  if (isLost(error))
    return new AtriumError('unavailable', 'database-unavailable', 'The database does not answer.', {
      cause: error,
    });
  // The only reference between tables is that of a message to its session.
  if (codeOf(error) === missingSessionState)
    return new AtriumError('gone', 'session-deleted', 'The session was deleted meanwhile.', { cause: error });
  if (unstorableStates.has(codeOf(error)))
    return new AtriumError(
      'invalid',
      'unstorable-text',
      'The text contains a character that the database cannot hold.',
      { cause: error },
    );
  return error;
}

function isLost(error: Error): boolean {
  // Where a host has several addresses, each has an error of its own.
  if (error instanceof AggregateError)
    return error.errors.some((each) => each instanceof Error && isLost(each));
  const code = codeOf(error);
  return lostCodes.has(code) || lostStates.test(code) || lostSentences.test(error.message);
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';
