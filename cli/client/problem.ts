import { CommandError } from '../command-error.ts';
import { exitCodes, type ExitCode } from '../exit-code.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import type { Problem } from './answers.ts';

/** What a refusal of the server means for a command. */
export function commandErrorOf(status: number, problem: Problem): CommandError {
  return new CommandError(exitCodeOf(status), neutraliseLine(problem.detail), {
    advice: adviceByCode[problem.code] ?? adviceByStatus[status],
    cause: problem,
    isPassing: status >= 502 && status <= 504,
  });
}

function exitCodeOf(status: number): ExitCode {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return exitCodes.badUsage;
    case 401:
    case 403:
    case 421:
      return exitCodes.notAllowed;
    case 404:
    case 410:
      return exitCodes.notFound;
    default:
      return exitCodes.failed;
  }
}

const adviceByCode: Readonly<Record<string, string>> = {
  'session-archived': 'Restore it with "atrium sessions restore KEY".',
  'bad-cursor': 'Take the cursor from the last page, or leave it out.',
};

const adviceByStatus: Readonly<Record<number, string>> = {
  401: 'Set ATRIUM_TOKEN to the owner’s token; on the server’s machine it is in the file "token" of ATRIUM_HOME.',
  403: 'Use a token that may do this.',
  404: 'See what is there with "atrium sessions list --status all".',
  413: 'Send less at once.',
  421: 'Use the address that the server printed at its start.',
  429: 'Try again when a waiting message is answered.',
  503: 'See what is missing with "atrium doctor".',
};

/** The problem object of an answer, if it is one. */
export function parseProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined;
  const { code } = body;
  if (typeof code !== 'string') return undefined;
  const detail = textField(body, 'detail') ?? textField(body, 'title') ?? code;
  const status = 'status' in body && typeof body.status === 'number' ? { status: body.status } : {};
  return { code, detail, ...status };
}

function textField(body: object, name: string): string | undefined {
  const value: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
