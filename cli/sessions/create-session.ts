import type { Command } from 'commander';
import type { SessionAnswer } from '../client/answers.ts';
import { sessionPath } from '../client/client.ts';
import type { CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';

interface CreateOptions {
  readonly title?: string;
  readonly tag?: readonly string[];
  readonly model?: string;
  readonly instructions?: string;
  readonly tools?: readonly string[];
  readonly json?: true;
}

export function createCommand(parent: Command, io: CommandIo): void {
  parent
    .command('create')
    .description('create a session; without a key the server makes one')
    .argument('[key]', 'letters, digits and . _ : -, at most 128')
    .option('--title <title>', 'its title; without one it gets its title from the first message')
    .option('--tag <tag...>', 'tags to find it by')
    .option('--model <model>', 'the model that answers here, as provider:model')
    .option('--instructions <text>', 'what the model is told before every turn')
    .option(
      '--tools <names>',
      'the only tools that its model may use, separated by commas; "" for none',
      splitNames,
    )
    .option('--json', 'print {sessionKey, session}')
    .action((key: string | undefined, options: CreateOptions) => createSession(io, key, options));
}

async function createSession(io: CommandIo, key: string | undefined, options: CreateOptions): Promise<void> {
  // Refuses a malformed key before anything is sent.
  if (key !== undefined) sessionPath(key);
  const { title, tag: tags, model, instructions, tools } = options;
  const answer = await io
    .openClient()
    .call<{ readonly sessionKey: string; readonly session: SessionAnswer }>('POST', '/api/sessions/create', {
      body: { key, title, tags, model, instructions, tools },
    });
  const output = openOutput(io.output);
  if (options.json) return output.json(answer);
  output.line(
    `Created session ${answer.sessionKey}. Talk in it with "atrium chat --session ${answer.sessionKey}".`,
  );
}

const splitNames = (text: string): readonly string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
