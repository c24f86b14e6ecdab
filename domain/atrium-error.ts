export type ErrorKind =
  | 'not-found'
  | 'gone'
  | 'conflict'
  | 'invalid'
  | 'too-large'
  | 'unauthorized'
  | 'forbidden'
  | 'busy'
  | 'unavailable';

/**
 * The one error that use cases throw on purpose. `code` is stable and documented, `message` is a sentence for people:
 * what cannot be done and why. It carries nothing secret and no text of a session.
 */
export class AtriumError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AtriumError';
    this.kind = kind;
    this.code = code;
    this.details = options.details ?? {};
  }
}
