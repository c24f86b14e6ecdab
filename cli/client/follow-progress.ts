import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-code.ts';
import type { Client } from './client.ts';
import { commandErrorOf, parseProblem } from './problem.ts';
import { readServerSentEvents } from './server-sent-events.ts';

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/**
 * Starts a long piece of work and follows it to its end. Returns what the server says of the whole. Throws what it refuses,
 * and `failed` when the stream breaks off: then nobody knows how it ended.
 */
export async function followProgress<Answer>(
  client: Client,
  path: string,
  body: object,
  onProgress: (progress: Progress) => void,
): Promise<Answer> {
  const chunks = await client.open('POST', path, { body, accept: 'text/event-stream' });
  for await (const { name, data } of readServerSentEvents(chunks)) {
    // What belongs to each name is in the server's contract.
    const value: unknown = JSON.parse(data);
    if (name === 'progress') onProgress(value as Progress);
    if (name === 'done') return value as Answer;
    if (name === 'problem') throw failure(value);
  }
  throw brokenOff();
}

function failure(value: unknown): CommandError {
  const problem = parseProblem(value);
  return problem === undefined ? brokenOff() : commandErrorOf(problem.status ?? 500, problem);
}

const brokenOff = (): CommandError =>
  new CommandError(exitCodes.failed, 'The server broke off before it was done.', {
    advice: 'Run it again; "atrium doctor" says what is missing.',
  });
