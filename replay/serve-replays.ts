import { AtriumError } from '../domain/atrium-error.ts';
import type { FromReplayProcess, ReplayQuestion, SentError, ToReplayProcess } from './replay-messages.ts';
import type { OpenReplays, Replays } from './replays.ts';

/**
 * The life of a replay process: opens what it needs with the settings that its server sends first, answers one question at a
 * time, and ends with its server. Settings are what `openReplayer` was given. What cannot be opened is tried again with the
 * next question.
 */
export function serveReplays(open: (settings: unknown) => Promise<OpenReplays>): void {
  const service = new ReplayService(open);
  let last: Promise<void> = Promise.resolve();
  process.on('message', (message: ToReplayProcess) => {
    if (message.kind === 'open') service.settings = message.settings;
    else last = last.then(() => service.answer(message));
  });
  process.once('disconnect', () => void service.end());
  // An interrupt in the terminal reaches the whole group; the server decides when this one ends.
  process.on('SIGINT', () => undefined);
}

class ReplayService {
  settings: unknown;
  readonly #open: (settings: unknown) => Promise<OpenReplays>;
  #opened: OpenReplays | undefined;

  constructor(open: (settings: unknown) => Promise<OpenReplays>) {
    this.#open = open;
  }

  async answer(question: ReplayQuestion & { readonly id: number }): Promise<void> {
    const { id } = question;
    try {
      if (this.settings === undefined) throw new Error('nobody said where the servers are');
      this.#opened ??= await this.#open(this.settings);
      send({ kind: 'answer', id, value: await ask(this.#opened, question) });
    } catch (error) {
      send({ kind: 'error', id, error: sentError(error) });
    }
  }

  async end(): Promise<void> {
    try {
      await this.#opened?.[Symbol.asyncDispose]();
    } finally {
      process.exit(0);
    }
  }
}

function ask(replays: Replays, question: ReplayQuestion): Promise<unknown> {
  switch (question.name) {
    case 'replay':
      return replays.replay(...question.args);
    case 'timeline':
      return replays.timeline(...question.args);
    case 'stateAt':
      return replays.stateAt(...question.args);
  }
}

function sentError(error: unknown): SentError {
  if (error instanceof AtriumError) return { kind: error.kind, code: error.code, message: error.message };
  const message = `Cannot replay: ${error instanceof Error ? error.message : String(error)}`;
  return { kind: 'unavailable', code: 'replay-unavailable', message };
}

/** The server may be gone by now: then nobody waits for the answer. */
function send(message: FromReplayProcess): void {
  if (process.connected) process.send?.(message);
}
