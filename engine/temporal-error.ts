import { isGrpcServiceError, ServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { AtriumError } from '../domain/atrium-error.ts';

/**
 * What a failed call to Temporal means to whoever asked: a session that is not there, or a server that cannot be reached.
 * What is neither is a defect and comes back as it is.
 */
export function temporalError(error: unknown, key: string): unknown {
  const own = ownCause(error);
  // The data converter could not reach the database for a large payload.
  if (own !== undefined) return own;
  if (error instanceof WorkflowNotFoundError) return unknownSession(key);
  if (error instanceof ServiceError || isGrpcServiceError(error)) {
    const sentence = 'Temporal cannot be reached at the moment. Nothing was accepted; please try again.';
    return new AtriumError('unavailable', 'temporal-unavailable', sentence, { cause: error });
  }
  return error;
}

/** The 404 of every call that names a session. */
export function unknownSession(key: string): AtriumError {
  return new AtriumError('not-found', 'unknown-session', `There is no session ${key}.`);
}

/** Whether an error says that the database is away, so that a call that can do without goes on. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof AtriumError && error.code === 'database-unavailable';
}

/** Whether an error says that Temporal is away, or did not answer in time. */
export function isTemporalAway(error: unknown): boolean {
  return error instanceof AtriumError && error.code === 'temporal-unavailable';
}

function ownCause(error: unknown): AtriumError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof AtriumError) return cause;
  return undefined;
}
