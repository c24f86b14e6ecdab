import type { FailureDetails } from '../domain/model-call.ts';

/** When a failed call may be tried again: `soon` leaves the pause to the caller. */
export type RetryAdvice = 'never' | 'soon' | { readonly afterMs: number };

/** A model call that failed. `failure` is fit for people: it holds no key, no header and no text of the session. */
export class ModelError extends Error {
  readonly failure: FailureDetails;
  readonly retry: RetryAdvice;

  constructor(failure: FailureDetails, retry: RetryAdvice, options: { readonly cause?: unknown } = {}) {
    super(failure.reason === '' ? failure.code : `${failure.code}: ${failure.reason}`, options);
    this.name = 'ModelError';
    this.failure = failure;
    this.retry = retry;
  }
}
