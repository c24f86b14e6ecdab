import type { Command } from 'commander';
import { sessionPath } from '../client/client.ts';
import { followProgress } from '../client/follow-progress.ts';
import { CommandError } from '../command-error.ts';
import { processIo, type CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-code.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput, type Output } from '../output/output.ts';
import { showProgress } from '../output/show-progress.ts';
import { openStatusLine } from '../output/status-line.ts';

/** What a comparison found. Values are named, never quoted. */
interface VerifyAnswer {
  readonly sessions: number;
  readonly differences: readonly { readonly key: string; readonly kind: string; readonly at: string }[];
}

const explanation = `
The histories of the sessions are the truth, and the database is derived from them. This replays the histories and compares;
it changes nothing. Where they differ, "atrium rebuild" brings the database back in line.

Examples:
  atrium verify
  atrium verify home --json

Exit codes: 0 they agree, 1 they differ, 3 server not reachable, 4 not allowed, 5 no such session.`;

/** `atrium verify`: do the histories and the database agree? */
export function verifyCommand(program: Command, io: CommandIo = processIo): void {
  program
    .command('verify')
    .description('compare the histories with the database')
    .argument('[key]', 'one session; without it all')
    .option('--json', 'print {sessions, differences}')
    .addHelpText('after', explanation)
    .action((key: string | undefined, options: { readonly json?: true }) => verify(io, key, options));
}

async function verify(
  io: CommandIo,
  key: string | undefined,
  { json }: { readonly json?: true },
): Promise<void> {
  // Refuses a malformed key before anything is sent.
  if (key !== undefined) sessionPath(key);
  const client = io.openClient();
  const status = openStatusLine(io, client.config.isPlainTerminal);
  const answer = await followProgress<VerifyAnswer>(
    client,
    '/api/verify',
    key === undefined ? {} : { key },
    showProgress(status, 'Verifying'),
  ).finally(() => status.clear());
  const output = openOutput(io.output);
  if (json) output.json(answer);
  else printAnswer(output, answer);
  if (answer.differences.length > 0) throw differs(answer);
}

function printAnswer(output: Output, { sessions, differences }: VerifyAnswer): void {
  for (const { key, kind, at } of differences)
    output.line(neutraliseLine(`${key}: ${sentences[kind] ?? kind} ${at}`));
  if (differences.length === 0)
    output.line(
      `The histories and the database agree (${sessions} ${sessions === 1 ? 'session' : 'sessions'}).`,
    );
}

const sentences: Readonly<Record<string, string>> = {
  'missing-session': 'the database does not have the session',
  'unknown-session': 'no history has the session',
  behind: 'the database is behind, at',
  fact: 'another value of',
  'missing-row': 'the database does not have the message',
  'extra-row': 'no history has the message',
  row: 'another message',
};

function differs({ differences }: VerifyAnswer): CommandError {
  const keys = new Set(differences.map(({ key }) => key));
  const [only] = keys;
  const what = keys.size === 1 ? `Session ${only} differs` : `${keys.size} sessions differ`;
  return new CommandError(exitCodes.failed, `${what} from the histories in ${differences.length} places.`, {
    advice: `Bring the database back in line with "atrium rebuild${keys.size === 1 ? ` ${only}` : ''}".`,
  });
}
