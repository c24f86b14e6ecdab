/** The chat in a terminal: one session after the other until the person leaves. */
import type { SessionAnswer } from '../client/answers.ts';
import { sessionPath, type Client } from '../client/client.ts';
import type { CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { formatStatus, formatTitle } from '../output/session-status.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { Visit } from './visit.ts';

/** Throws CommandError when there is no such session, or the server cannot be reached at the beginning. */
export async function runChat(io: CommandIo, client: Client, firstKey: string): Promise<void> {
  for (let key: string | undefined = firstKey; key !== undefined;) {
    const session = await client.call<SessionAnswer>('GET', sessionPath(key));
    printHeader(io, session);
    const visit = new Visit(io, client, key);
    const next = await visit.run();
    key = next.kind === 'switch' ? next.key : undefined;
  }
}

function printHeader(io: CommandIo, session: SessionAnswer): void {
  const output = openOutput(io.output);
  const { bold, dim } = output.colours;
  const model = session.model === null ? '' : `, ${neutraliseLine(session.model)}`;
  output.line(`${bold(formatTitle(session))} ${dim(`${session.key}, ${formatStatus(session)}${model}`)}`);
  output.line(dim('Enter sends, Ctrl-C stops the running turn, Ctrl-D leaves, /help lists the rest.'));
  output.line('');
}
