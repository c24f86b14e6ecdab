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
  /** How many sessions. */
  readonly checked: number;
  readonly differences: readonly { readonly key: string; readonly kind: string; readonly at: string }[];
  /** Sessions whose histories could not be replayed. */
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
  /** Sessions whose oldest runs are no longer kept: what last changed before that revision is unproven. */
  readonly incomplete: readonly { readonly key: string; readonly provenFrom: number }[];
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
    .option('--json', 'print {checked, differences, failures, incomplete}')
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
    key === undefined ? {} : { session: key },
    showProgress(status, 'Verifying'),
  ).finally(() => status.clear());
  const output = openOutput(io.output);
  if (json) output.json(answer);
  else printAnswer(output, answer);
  if (answer.differences.length + answer.failures.length > 0) throw disagreement(answer);
}

function printAnswer(output: Output, { checked, differences, failures, incomplete }: VerifyAnswer): void {
  const say = (text: string): void => output.line(neutraliseLine(text));
  for (const { key, kind, at } of differences) say(`${key}: ${sentences[kind] ?? kind} ${at}`);
  for (const { key, reason } of failures) say(`${key}: its histories cannot be replayed: ${reason}`);
  for (const { key, provenFrom } of incomplete)
    say(`${key}: its oldest histories are no longer kept; compared from revision ${provenFrom} on`);
  if (differences.length + failures.length === 0)
    say(`The histories and the database agree (${checked} ${checked === 1 ? 'session' : 'sessions'}).`);
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

function disagreement({ differences, failures }: VerifyAnswer): CommandError {
  const keys = new Set((differences.length > 0 ? differences : failures).map(({ key }) => key));
  const [only] = keys;
  const who = keys.size === 1 ? `Session ${only}` : `${keys.size} sessions`;
  if (differences.length === 0)
    return new CommandError(exitCodes.failed, `${who} could not be compared.`, {
      advice:
        'The histories were not made by this release: start the one that they are of, or see the log of the server.',
    });
  return new CommandError(
    exitCodes.failed,
    `${who} ${keys.size === 1 ? 'differs' : 'differ'} from the histories.`,
    {
      advice: `Bring the database back in line with "atrium rebuild${keys.size === 1 ? ` ${only}` : ''}".`,
    },
  );
}
