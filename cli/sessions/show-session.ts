import type { Command } from 'commander';
import type { MessagePage, SessionAnswer } from '../client/answers.ts';
import { sessionPath } from '../client/client.ts';
import type { CommandIo } from '../command-io.ts';
import { formatMessage } from '../output/format-message.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput, type Output } from '../output/output.ts';
import { formatRelativeTime, formatTime } from '../output/relative-time.ts';
import { formatStatus, formatTitle } from '../output/session-status.ts';
import { wholeNumber } from '../parse-number.ts';

interface ShowOptions {
  readonly messages?: number;
  readonly json?: true;
}

export function showCommand(parent: Command, io: CommandIo): void {
  parent
    .command('show')
    .description('show one session')
    .argument('<key>', 'its key')
    .option('-m, --messages <n>', 'its last messages, too', wholeNumber(1, 200))
    .option('--json', 'print the session; with --messages {session, messages}')
    .action((key: string, options: ShowOptions) => showSession(io, key, options));
}

async function showSession(io: CommandIo, key: string, options: ShowOptions): Promise<void> {
  const client = io.openClient();
  const session = await client.call<SessionAnswer>('GET', sessionPath(key));
  const messages =
    options.messages === undefined
      ? undefined
      : (await client.call<MessagePage>('GET', sessionPath(key, `/messages?limit=${options.messages}`)))
          .items;
  const output = openOutput(io.output);
  if (options.json) return output.json(messages === undefined ? session : { session, messages });
  printSession(output, session);
  for (const message of messages ?? []) output.line(`\n${formatMessage(message, output.colours)}`);
}

function printSession(output: Output, session: SessionAnswer): void {
  const now = Date.now();
  const fields: readonly (readonly [string, string | null])[] = [
    ['title', formatTitle(session)],
    ['status', formatStatus(session)],
    ['archived', session.archivedAt === null ? null : `${timeOf(session.archivedAt)} ${reasonOf(session)}`],
    ['tags', session.tags.length === 0 ? null : session.tags.join(', ')],
    ['kind', `${session.kind}, ${session.scope}`],
    ['channel', session.channelBinding],
    ['model', session.model],
    ['tools', toolsOf(session)],
    ['turns', String(session.turnCount)],
    ['created', timeOf(session.createdAt)],
    ['last message', formatRelativeTime(session.lastMessageAt, now)],
  ];
  output.line(output.colours.bold(session.key));
  for (const [name, value] of fields)
    if (value !== null)
      output.line(`${output.colours.dim(name.padEnd(14))}${neutraliseLine(value).trimEnd()}`);
}

const timeOf = (at: string): string => formatTime(Date.parse(at));
const reasonOf = ({ archivedReason }: SessionAnswer): string =>
  archivedReason === null ? '' : `(${archivedReason})`;

/** Nothing to say where the configuration decides. */
function toolsOf({ tools }: SessionAnswer): string | null {
  if (tools === undefined || tools === null) return null;
  return tools.length === 0 ? 'none' : tools.join(', ');
}
