import { createInterface, type Interface } from 'node:readline';
import type { CommandIo } from '../command-io.ts';
import type { ChatListener, ChatScreen } from './chat-screen.ts';

const prompt = '> ';

/** A screen that only ever adds text: for `TERM=dumb`, and where the output is no terminal. */
export class PlainScreen implements ChatScreen {
  readonly #io: CommandIo;
  readonly #reader: Interface;
  readonly #interrupt: () => void;
  #isAtLineStart = true;
  #isPrompting = false;
  #status: string | undefined;

  constructor(io: CommandIo, listener: ChatListener) {
    this.#io = io;
    this.#interrupt = () => listener.onInterrupt(false);
    this.#reader = createInterface({ input: io.input, terminal: false });
    this.#reader.on('line', (text) => {
      this.#isPrompting = false;
      listener.onText(text);
    });
    this.#reader.once('close', () => listener.onEnd());
    process.on('SIGINT', this.#interrupt);
  }

  write(text: string): void {
    if (text === '') return;
    this.#io.output.write(this.#isPrompting ? `\n${text}` : text);
    this.#isPrompting = false;
    this.#isAtLineStart = text.endsWith('\n');
  }

  line(text: string): void {
    this.write(`${this.#isAtLineStart ? '' : '\n'}${text}\n`);
  }

  setStatus(status: string | undefined): void {
    if (status !== undefined && status !== '' && status !== this.#status) this.line(`(${status})`);
    this.#status = status;
    if (status !== undefined || this.#isPrompting || !this.#isAtLineStart) return;
    this.#io.output.write(prompt);
    this.#isPrompting = true;
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#interrupt);
    this.#reader.removeAllListeners();
    this.#reader.close();
  }
}
