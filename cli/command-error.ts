import { exitCodes, type ExitCode } from './exit-code.ts';

/** Ends a command: `message` says in one line what cannot be done and why, `advice` what to do next. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly advice: string | undefined;

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { readonly advice?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.advice = options.advice;
  }
}

export const badUsage = (message: string, advice?: string): CommandError =>
  new CommandError(exitCodes.badUsage, message, { advice });
