import { inspect } from 'node:util';

/** A value that may be used but never shown: printed, logged or turned into JSON it is three stars. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The value itself, for the one place that sends or compares it. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '***';
  }
  toJSON(): string {
    return '***';
  }
  [inspect.custom](): string {
    return '***';
  }
}

export const secretOrNull = (value: string | undefined): Secret | null =>
  value === undefined ? null : new Secret(value);
