import { AtriumError } from '../domain/atrium-error.ts';
import { CommandError } from './command-error.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { neutraliseText } from './output/neutralise.ts';

/** Prints why a command ended, with advice where there is some, and returns its exit code. Only a defect shows its stack. */
export function reportError(error: unknown): ExitCode {
  if (error instanceof CommandError) {
    say(error.message);
    if (error.advice !== undefined) say(error.advice);
    return error.exitCode;
  }
  if (error instanceof AtriumError) {
    say(error.message);
    return error.kind === 'invalid' && error.code === 'bad-config' ? exitCodes.badUsage : exitCodes.failed;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.failed;
}

const say = (text: string): void => void process.stderr.write(`${neutraliseText(text)}\n`);
