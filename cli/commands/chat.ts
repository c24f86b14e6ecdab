import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { runOneTurn } from '../chat/one-turn.ts';
import { runChat } from '../chat/run-chat.ts';
import { sessionPath } from '../client/client.ts';
import { findMainSession } from '../client/find-main-session.ts';
import { badUsage } from '../command-error.ts';
import { processIo, type CommandIo } from '../command-io.ts';

interface ChatOptions {
  readonly session?: string;
  readonly json?: true;
}

const examples = `
Without TEXT this is a conversation: replies appear as they are written, messages typed while a turn runs are answered in
order, Ctrl-C stops the running turn, Ctrl-D leaves, /help lists what else there is. What runs goes on when you leave.

With TEXT it is one turn: the reply goes to standard output. TEXT is read from standard input when it is "-", or when
standard input is no terminal.

Examples:
  atrium chat
  atrium chat --session kyoto
  atrium chat "What did we decide yesterday?"
  git diff | atrium chat --session reviews
  atrium chat --json "Summarise this session" | jq -r .reply.text

Exit codes: 0 replied, 1 failed, refused or interrupted, 2 bad usage, 3 server not reachable, 4 not allowed,
5 no such session.`;

/** `atrium chat`: a conversation in the terminal, or one turn of it. */
export function chatCommand(program: Command, io: CommandIo = processIo): void {
  program
    .command('chat')
    .description('talk in the terminal')
    .argument('[text...]', 'one message; without it a conversation')
    .option('-s, --session <key>', 'the session; without it the main one')
    .option('--json', 'one turn, printed as {sessionKey, messageId, outcome, reply?, problem?}')
    .addHelpText('after', examples)
    .action((words: readonly string[], options: ChatOptions) => chat(io, words, options));
}

async function chat(io: CommandIo, words: readonly string[], { session, json }: ChatOptions): Promise<void> {
  // Refuses a malformed key before anything else happens.
  if (session !== undefined) sessionPath(session);
  const text = await findText(io, words);
  if (text === undefined && json)
    throw badUsage('--json needs a message.', 'Add the text, or pipe it in: atrium chat --json "Hello"');
  if (text?.trim() === '') throw badUsage('There is nothing to say: the text is empty.');
  const client = io.openClient();
  const key = session ?? (await findMainSession(client));
  if (text === undefined) await runChat(io, client, key);
  else await runOneTurn(io, client, { key, text, isJson: json === true });
}

/** The one message, or undefined for a conversation. */
async function findText(io: CommandIo, words: readonly string[]): Promise<string | undefined> {
  const text = words.join(' ');
  if (text === '-' || (words.length === 0 && !io.input.isTTY)) return (await readAll(io.input)).trimEnd();
  return words.length === 0 ? undefined : text;
}
