import type { Command } from 'commander';
import { sessionPath } from '../client/client.ts';
import { followProgress } from '../client/follow-progress.ts';
import { CommandError } from '../command-error.ts';
import { processIo, type CommandIo } from '../command-io.ts';
import { confirm } from '../confirm.ts';
import { exitCodes } from '../exit-code.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput, type Output } from '../output/output.ts';
import { showProgress } from '../output/show-progress.ts';
import { openStatusLine } from '../output/status-line.ts';

interface RebuildAnswer {
  readonly rebuilt: number;
  readonly removed: readonly string[];
  readonly failures: readonly { readonly key: string; readonly reason: string }[];
}
interface RebuildOptions {
  readonly yes?: true;
  readonly json?: true;
}

const explanation = `
Lists, search and pages are read from the database, which is derived from the histories. This fills that part again,
session by session; what people said is in the histories and stays. Turns go on meanwhile.

Examples:
  atrium rebuild home --yes
  atrium rebuild

Exit codes: 0 done, 1 failed, 3 server not reachable, 4 not allowed, 5 no such session.`;

/** `atrium rebuild`: the projection, from the histories. */
export function rebuildCommand(program: Command, io: CommandIo = processIo): void {
  program
    .command('rebuild')
    .description('fill the database again from the histories')
    .argument('[key]', 'one session; without it all')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print {rebuilt, removed, failures}')
    .addHelpText('after', explanation)
    .action((key: string | undefined, options: RebuildOptions) => rebuild(io, key, options));
}

async function rebuild(io: CommandIo, key: string | undefined, { yes, json }: RebuildOptions): Promise<void> {
  // Refuses a malformed key before anybody is asked.
  if (key !== undefined) sessionPath(key);
  await confirm(io, {
    warning: `This replaces what the database shows of ${key ?? 'all sessions'} by what the histories say.`,
    expected: 'yes',
    isGiven: yes === true,
  });
  const client = io.openClient();
  const status = openStatusLine(io, client.config.isPlainTerminal);
  const answer = await followProgress<RebuildAnswer>(
    client,
    '/api/rebuild',
    key === undefined ? {} : { session: key },
    showProgress(status, 'Rebuilding'),
  ).finally(() => status.clear());
  const output = openOutput(io.output);
  if (json) output.json(answer);
  else printAnswer(output, answer);
  if (answer.failures.length > 0)
    throw new CommandError(exitCodes.failed, `${count(answer.failures.length)} could not be replayed.`);
}

function printAnswer(output: Output, { rebuilt, removed, failures }: RebuildAnswer): void {
  for (const { reason } of failures) output.line(neutraliseLine(reason));
  output.line(`Rebuilt ${count(rebuilt)} from the histories.`);
  if (removed.length > 0) output.line(`Removed ${count(removed.length)} that no history has.`);
}

const count = (sessions: number): string => `${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
