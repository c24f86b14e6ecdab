import type { Command } from 'commander';
import type { MessageAnswer, MessagePage, SessionAnswer } from '../client/answers.ts';
import { sessionPath, type Client } from '../client/client.ts';
import type { CommandIo } from '../command-io.ts';
import { formatMessage } from '../output/format-message.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput } from '../output/output.ts';
import { formatTitle } from '../output/session-status.ts';

interface ExportOptions {
  readonly json?: true;
}

export function exportCommand(parent: Command, io: CommandIo): void {
  parent
    .command('export')
    .description('print a whole session, all its chapters, oldest message first')
    .argument('<key>', 'its key')
    .option('--json', 'print {session, messages}')
    .action((key: string, options: ExportOptions) => exportSession(io, key, options));
}

async function exportSession(io: CommandIo, key: string, { json }: ExportOptions): Promise<void> {
  const client = io.openClient();
  const session = await client.call<SessionAnswer>('GET', sessionPath(key));
  const messages = await listAllMessages(client, key);
  const output = openOutput(io.output);
  if (json) return output.json({ session, messages });
  output.line(output.colours.bold(neutraliseLine(formatTitle(session))));
  for (const message of messages) output.line(`\n${formatMessage(message, output.colours)}`);
}

/** Pages come newest first, each of them oldest to newest. */
async function listAllMessages(client: Client, key: string): Promise<readonly MessageAnswer[]> {
  let messages: readonly MessageAnswer[] = [];
  let query = '?limit=200';
  for (;;) {
    const page = await client.call<MessagePage>('GET', sessionPath(key, `/messages${query}`));
    messages = [...page.items, ...messages];
    if (page.nextCursor === null) return messages;
    query = `?limit=200&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}
