/** One message, its reply as it comes, and out: `atrium chat TEXT`. */
import { randomUUID } from 'node:crypto';
import type { PostAnswer } from '../client/answers.ts';
import { sessionPath, type Client } from '../client/client.ts';
import { followSession, type Followed } from '../client/follow-session.ts';
import { postMessage } from '../client/post-message.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-code.ts';
import { openOutput, silent } from '../output/output.ts';
import { openStatusLine, type StatusLine } from '../output/status-line.ts';
import { outcomeSentence } from './sentences.ts';
import { TurnPrinter, type Finished } from './turn-printer.ts';

export interface OneTurn {
  readonly key: string;
  readonly text: string;
  /** Print one document `{sessionKey, messageId, outcome, reply?, problem?}` instead of the reply. */
  readonly isJson: boolean;
}

const patienceMs = 10_000;
const longestLossMs = 120_000;

/** Throws CommandError `failed` for every outcome but a reply. */
export async function runOneTurn(
  io: CommandIo,
  client: Client,
  { key, text, isJson }: OneTurn,
): Promise<void> {
  const stop = new AbortController();
  const interrupt = interrupter(client, key, stop);
  process.on('SIGINT', interrupt);
  try {
    const turn = new Turn({ io, client, key, text, isJson, signal: stop.signal });
    const finished = await turn.take();
    if (isJson) openOutput(io.output).json({ sessionKey: key, messageId: turn.id, ...finished });
    const sentence = outcomeSentence(finished.outcome, finished.problem);
    if (sentence !== undefined) throw new CommandError(exitCodes.failed, sentence);
  } catch (error) {
    throw stop.signal.aborted ? left(key) : error;
  } finally {
    process.off('SIGINT', interrupt);
    stop.abort();
  }
}

/** The first Ctrl-C asks the server to stop the turn, the second one leaves. */
function interrupter(client: Client, key: string, stop: AbortController): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return stop.abort();
    isAsked = true;
    // A server that is away stops nothing; the second Ctrl-C still leaves.
    client.call('POST', sessionPath(key, '/interrupt'), { body: {} }).catch(() => undefined);
  };
}

interface TurnParts extends OneTurn {
  readonly io: CommandIo;
  readonly client: Client;
  readonly signal: AbortSignal;
}

class Turn {
  readonly id = `cli-${randomUUID()}`;
  readonly #parts: TurnParts;
  readonly #status: StatusLine;
  readonly #printer: TurnPrinter;
  #isPosted = false;
  #lostAt: number | undefined;

  constructor(parts: TurnParts) {
    const { io, client, isJson } = parts;
    this.#parts = parts;
    this.#status = openStatusLine(io, client.config.isPlainTerminal);
    const output = isJson ? silent : openOutput(io.output);
    this.#printer = new TurnPrinter({ output, hints: openOutput(io.errors), status: this.#status }, this.id);
  }

  /** Follows the session first and posts then, so that nothing of the turn is missed. */
  async take(): Promise<Finished> {
    const { client, key, signal } = this.#parts;
    for await (const followed of followSession(client, key, { signal })) {
      const finished = await this.#take(followed);
      if (finished !== undefined) return finished;
    }
    throw left(key);
  }

  async #take(followed: Followed): Promise<Finished | undefined> {
    switch (followed.kind) {
      case 'connected':
        this.#lostAt = undefined;
        // A new connection that could not go on where the old one stopped may have missed the outcome.
        return this.#isPosted && followed.isResumed ? undefined : this.#post();
      case 'lost':
        this.#noteLoss();
        return undefined;
      case 'event':
        return followed.event.kind === 'stream.reset' ? this.#post() : this.#printer.show(followed.event);
    }
  }

  /** Posts, or asks again with the same id, which answers what became of the message. */
  async #post(): Promise<Finished | undefined> {
    const { client, key, text, signal } = this.#parts;
    const onLost = (): void => this.#status.show('the server is away, trying again');
    const answer = await postMessage(client, key, { id: this.id, text }, { signal, onLost, patienceMs });
    this.#isPosted = true;
    if (answer.status === 'held') throw held(key);
    return isFinished(answer) ? this.#printer.settle(answer) : undefined;
  }

  #noteLoss(): void {
    this.#status.show('the connection is lost, trying again');
    this.#lostAt ??= Date.now();
    if (Date.now() - this.#lostAt < longestLossMs) return;
    throw new CommandError(exitCodes.notReachable, 'The server went away before the answer was whole.', {
      advice: `The message is kept. When the server is back, "atrium chat --session ${this.#parts.key}" shows its answer.`,
    });
  }
}

const isFinished = (answer: PostAnswer): answer is PostAnswer & Finished => answer.outcome !== undefined;

const held = (key: string): CommandError =>
  new CommandError(
    exitCodes.failed,
    `Session ${key} is archived. The message is kept, and answered once it is restored.`,
    {
      advice: `Restore it with "atrium sessions restore ${key}".`,
    },
  );

const left = (key: string): CommandError =>
  new CommandError(exitCodes.failed, 'Left before the answer was whole.', {
    advice: `It goes on without you; "atrium chat --session ${key}" shows it.`,
  });
