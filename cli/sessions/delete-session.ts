import type { Command } from 'commander';
import { removeChatHistory } from '../chat/chat-history.ts';
import type { SessionAnswer } from '../client/answers.ts';
import { sessionPath } from '../client/client.ts';
import type { CommandIo } from '../command-io.ts';
import { confirm } from '../confirm.ts';
import { openOutput } from '../output/output.ts';
import { formatTitle } from '../output/session-status.ts';

interface DeleteOptions {
  readonly yes?: true;
  readonly json?: true;
}

interface DeleteAnswer {
  readonly receipt: { readonly id: string };
}

export function deleteCommand(parent: Command, io: CommandIo): void {
  parent
    .command('delete')
    .description('delete a session and everything it said, for good ("archive" keeps it)')
    .argument('<key>')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print {receipt}')
    .action((key: string, options: DeleteOptions) => deleteSession(io, key, options));
}

async function deleteSession(io: CommandIo, key: string, { yes, json }: DeleteOptions): Promise<void> {
  const client = io.openClient();
  const session = await client.call<SessionAnswer>('GET', sessionPath(key));
  await confirm(io, {
    warning: `This deletes ${key} ("${formatTitle(session)}", ${session.turnCount} turns) for good.`,
    expected: key,
    isGiven: yes === true,
  });
  const answer = await client.call<DeleteAnswer>('DELETE', sessionPath(key));
  removeChatHistory(client.config.home, key);
  const output = openOutput(io.output);
  if (json) return output.json(answer);
  output.line(`Deleted: ${key}. Its stores are emptied within about a minute. Receipt: ${answer.receipt.id}`);
}
