import type { Command } from 'commander';
import type { SessionAnswer } from '../client/answers.ts';
import { sessionPath } from '../client/client.ts';
import type { CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { formatTitle } from '../output/session-status.ts';

interface ChangeOptions {
  readonly reason?: string;
  readonly json?: true;
}

const verbs = [
  { name: 'restore', summary: 'bring an archived session back', done: 'Restored' },
  { name: 'pin', summary: 'keep a session above the others and out of every clean-up', done: 'Pinned' },
  { name: 'unpin', summary: 'let a pinned session be one of the others again', done: 'Unpinned' },
] as const;

/** archive, restore, pin, unpin: each may be repeated and then changes nothing. */
export function lifecycleCommands(parent: Command, io: CommandIo): void {
  parent
    .command('archive')
    .description('put a session aside; nothing is deleted, and what waits is still answered')
    .argument('<key>')
    .option('--reason <text>', 'why, to be shown with it')
    .option('--json', 'print {session}')
    .action((key: string, { reason, json }: ChangeOptions) =>
      changeSession(io, { key, verb: 'archive', body: { reason }, done: 'Archived', isJson: json === true }),
    );
  for (const { name, summary, done } of verbs)
    parent
      .command(name)
      .description(summary)
      .argument('<key>')
      .option('--json', 'print {session}')
      .action((key: string, { json }: ChangeOptions) =>
        changeSession(io, { key, verb: name, body: {}, done, isJson: json === true }),
      );
}

interface Change {
  readonly key: string;
  readonly verb: string;
  readonly body: object;
  readonly done: string;
  readonly isJson: boolean;
}

async function changeSession(io: CommandIo, { key, verb, body, done, isJson }: Change): Promise<void> {
  const answer = await io
    .openClient()
    .call<{ readonly session: SessionAnswer }>('POST', sessionPath(key, `/${verb}`), { body });
  const output = openOutput(io.output);
  if (isJson) return output.json(answer);
  output.line(`${done}: ${key}, ${formatTitle(answer.session)}.`);
}

export function renameCommand(parent: Command, io: CommandIo): void {
  parent
    .command('rename')
    .description('give a session a title; the model changes it no more')
    .argument('<key>')
    .argument('<title>')
    .option('--json', 'print the session')
    .action(async (key: string, title: string, { json }: ChangeOptions) => {
      const session = await io
        .openClient()
        .call<SessionAnswer>('PATCH', sessionPath(key), { body: { title } });
      const output = openOutput(io.output);
      if (json) return output.json(session);
      output.line(`Renamed: ${key}, ${formatTitle(session)}.`);
    });
}
