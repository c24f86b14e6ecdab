import type { Command } from 'commander';
import { sessionPath } from '../client/client.ts';
import { followProgress } from '../client/follow-progress.ts';
import { processIo, type CommandIo } from '../command-io.ts';
import { confirm } from '../confirm.ts';
import { openOutput } from '../output/output.ts';
import { showProgress } from '../output/show-progress.ts';
import { openStatusLine } from '../output/status-line.ts';

interface RebuildAnswer {
  readonly sessions: number;
}
interface RebuildOptions {
  readonly yes?: true;
  readonly json?: true;
}

const explanation = `
Lists, search and pages are read from the database, which is derived from the histories. This empties that part and fills it
again; what people said is in the histories and stays. While it runs, lists and searches are incomplete; turns go on.

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
    .option('--json', 'print {sessions}')
    .addHelpText('after', explanation)
    .action((key: string | undefined, options: RebuildOptions) => rebuild(io, key, options));
}

async function rebuild(io: CommandIo, key: string | undefined, { yes, json }: RebuildOptions): Promise<void> {
  // Refuses a malformed key before anybody is asked.
  if (key !== undefined) sessionPath(key);
  await confirm(io, {
    warning: `This empties ${key === undefined ? 'the lists of all sessions' : `what the lists have of ${key}`} and fills it again.`,
    expected: 'yes',
    isGiven: yes === true,
  });
  const client = io.openClient();
  const status = openStatusLine(io, client.config.isPlainTerminal);
  const answer = await followProgress<RebuildAnswer>(
    client,
    '/api/rebuild',
    key === undefined ? {} : { key },
    showProgress(status, 'Rebuilding'),
  ).finally(() => status.clear());
  const output = openOutput(io.output);
  if (json) return output.json(answer);
  output.line(
    `Rebuilt ${answer.sessions} ${answer.sessions === 1 ? 'session' : 'sessions'} from the histories.`,
  );
}
