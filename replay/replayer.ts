import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { AtriumError } from '../domain/atrium-error.ts';
import type { FromReplayProcess, ReplayQuestion, ToReplayProcess } from './replay-messages.ts';
import type { ReplayAnswer, Replays } from './replays.ts';
import type { TimelineState, TimelineStep } from './timeline/timeline-step.ts';

/** Replays in a process of its own, never in the caller's event loop. */
export interface Replayer extends Replays, AsyncDisposable {}

export interface ReplayerOptions<Settings> {
  /** The module that calls `serveReplays`, as JavaScript. */
  readonly processPath: string;
  /** Stands in the process list: whose replay process it is. */
  readonly label: string;
  /** Handed to the process when it starts; plain values. */
  readonly settings: Settings;
  /** How long the process is kept without work; milliseconds. */
  readonly idleMs?: number;
}

const defaultIdleMs = 60_000;
/** How long a process that is told to end may take; milliseconds. */
const endGraceMs = 5_000;

/** The replayer of a server. Its process starts with the first question and again after it died. */
export function openReplayer<Settings>(options: ReplayerOptions<Settings>): Replayer {
  return new ForkedReplayer(options);
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

class ForkedReplayer implements Replayer {
  readonly #options: ReplayerOptions<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #questions = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: ReplayerOptions<unknown>) {
    this.#options = options;
  }

  // What the process answers is what its `Replays` return.
  replay(key: string, atRevision?: number): Promise<ReplayAnswer> {
    const args: [string, number?] = atRevision === undefined ? [key] : [key, atRevision];
    return this.#ask({ name: 'replay', args }) as Promise<ReplayAnswer>;
  }

  timeline(key: string): Promise<readonly TimelineStep[]> {
    return this.#ask({ name: 'timeline', args: [key] }) as Promise<readonly TimelineStep[]>;
  }

  stateAt(key: string, n: number): Promise<TimelineState> {
    return this.#ask({ name: 'stateAt', args: [key, n] }) as Promise<TimelineState>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idleTimer);
    await this.#end();
  }

  #ask(question: ReplayQuestion): Promise<unknown> {
    clearTimeout(this.#idleTimer);
    const child = (this.#child ??= this.#start());
    const id = (this.#questions += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      send(child, { kind: 'ask', id, ...question });
    });
  }

  #start(): ChildProcess {
    const { processPath, label, settings } = this.#options;
    // "advanced" keeps what JSON would lose. Nothing of the server's own debugging or test flags is of use here.
    const child = fork(processPath, [label], { serialization: 'advanced', execArgv: [] });
    child.on('message', (message: FromReplayProcess) => this.#settle(message));
    // A process that cannot be started, or is gone, is also told by "exit" or by what it leaves unanswered.
    child.once('error', (error) => this.#lose(child, error));
    child.once('exit', () => this.#lose(child));
    send(child, { kind: 'open', settings });
    return child;
  }

  #settle(message: FromReplayProcess): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(new AtriumError(message.error.kind, message.error.code, message.error.message));
    if (this.#waiting.size > 0) return;
    this.#idleTimer = setTimeout(() => void this.#end(), this.#options.idleMs ?? defaultIdleMs);
    this.#idleTimer.unref();
  }

  /** Whoever asks next gets a fresh process. */
  #lose(child: ChildProcess, cause?: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const sentence = 'The replay process ended in the middle of its work. Please try again.';
    for (const { reject } of this.#waiting.values())
      reject(new AtriumError('unavailable', 'replay-unavailable', sentence, { cause }));
    this.#waiting.clear();
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#lose(child);
    const ended = once(child, 'exit');
    if (child.connected) child.disconnect();
    const overdue = setTimeout(() => child.kill('SIGKILL'), endGraceMs);
    await ended;
    clearTimeout(overdue);
  }
}

/** A process that is gone says so by its "exit", which answers whoever waits. */
function send(child: ChildProcess, message: ToReplayProcess): void {
  child.send(message, () => undefined);
}
