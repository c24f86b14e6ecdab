import { exitCodes, type ExitCode } from './exit-code.ts';

/** Ends a command: `message` says in one line what cannot be done and why, `advice` what to do next. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly advice: string | undefined;
  /** Trying again later may help: nobody answers, or a part of the server is away. */
  readonly isPassing: boolean;

  constructor(
    exitCode: ExitCode,
    message: string,
    options: {
      readonly advice?: string | undefined;
      readonly cause?: unknown;
      readonly isPassing?: boolean;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.advice = options.advice;
    this.isPassing = options.isPassing ?? exitCode === exitCodes.notReachable;
  }
}

export const badUsage = (message: string, advice?: string): CommandError =>
  new CommandError(exitCodes.badUsage, message, { advice });
