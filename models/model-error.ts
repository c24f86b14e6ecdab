import type { FailureDetails } from '../domain/model-call.ts';

/** When a failed call may be tried again: `soon` leaves the pause to the caller. */
export type RetryAdvice = 'never' | 'soon' | { readonly afterMs: number };

interface ModelErrorOptions {
  readonly cause?: unknown;
  readonly isBadCall?: boolean;
}

/** A model call that failed. `failure` is fit for people: it holds no key, no header and no text of the session. */
export class ModelError extends Error {
  readonly failure: FailureDetails;
  readonly retry: RetryAdvice;
  /** The model used a tool in a way that its server could not read: it should be asked without. */
  readonly isBadCall: boolean;

  constructor(failure: FailureDetails, retry: RetryAdvice, options: ModelErrorOptions = {}) {
    super(failure.reason === '' ? failure.code : `${failure.code}: ${failure.reason}`, options);
    this.name = 'ModelError';
    this.failure = failure;
    this.retry = retry;
    this.isBadCall = options.isBadCall ?? false;
  }
}
