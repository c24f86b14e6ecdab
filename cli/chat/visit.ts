import { sessionPath, type Client } from '../client/client.ts';
import { followSession } from '../client/follow-session.ts';
import { CommandError } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { commandNames, parseCommand, runCommand, type Next } from './chat-commands.ts';
import { loadChatHistory, saveChatHistory } from './chat-history.ts';
import type { ChatListener, ChatScreen } from './chat-screen.ts';
import { Conversation } from './conversation.ts';
import { PlainScreen } from './plain-screen.ts';
import { TerminalScreen } from './terminal-screen.ts';

/** One session in the terminal, until the person leaves it or goes to another. */
export class Visit implements ChatListener {
  readonly #io: CommandIo;
  readonly #client: Client;
  readonly #key: string;
  readonly #stop = new AbortController();
  readonly #screen: ChatScreen;
  readonly #conversation: Conversation;
  #next: Next = { kind: 'leave' };
  #failure: unknown;
  /** One after the other, as they were typed. */
  #commands: Promise<void> = Promise.resolve();
  /** Ctrl-C was pressed, and nothing typed since. */
  #isLeaving = false;

  constructor(io: CommandIo, client: Client, key: string) {
    this.#io = io;
    this.#client = client;
    this.#key = key;
    this.#screen = this.#openScreen();
    const { colours } = openOutput(io.output);
    this.#conversation = new Conversation({
      client,
      key,
      colours,
      screen: this.#screen,
      signal: this.#stop.signal,
      onFailure: (error) => this.#fail(error),
    });
  }

  /** Throws when the connection cannot be made, or the server refuses it. */
  async run(): Promise<Next> {
    const { signal } = this.#stop;
    try {
      for await (const followed of followSession(this.#client, this.#key, { signal }))
        await this.#conversation.follow(followed);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#screen[Symbol.dispose]();
      this.#stop.abort();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#next;
  }

  onText(text: string): void {
    this.#isLeaving = false;
    const command = parseCommand(text);
    if (command === undefined) return this.#conversation.post(text.replace(/^\/\//, '/'));
    this.#commands = this.#commands
      .then(() => this.#command(command))
      .catch((error: unknown) => this.#fail(error));
  }

  async #command(command: { readonly name: string; readonly rest: string }): Promise<void> {
    const place = {
      client: this.#client,
      key: this.#key,
      columns: openOutput(this.#io.output).columns,
      say: (words: string) => this.#conversation.notice(words),
    };
    const next = await runCommand(place, command);
    if (next.kind !== 'stay') this.#leave(next);
  }

  /** The first stops the running turn, or says how to leave; the second leaves. */
  onInterrupt(hadText: boolean): void {
    if (hadText) return;
    if (this.#isLeaving) return this.#leave({ kind: 'leave' });
    this.#isLeaving = true;
    if (!this.#conversation.isBusy) return this.#conversation.notice('Ctrl-C again leaves.');
    this.#screen.setStatus('stopping; Ctrl-C again leaves');
    this.#interrupt().catch((error: unknown) => this.#fail(error));
  }

  onEnd(): void {
    this.#leave({ kind: 'leave' });
  }

  async #interrupt(): Promise<void> {
    const { signal } = this.#stop;
    try {
      await this.#client.call('POST', sessionPath(this.#key, '/interrupt'), { body: {}, signal });
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CommandError)) throw error;
      this.#conversation.notice(error.message);
    }
  }

  #leave(next: Next): void {
    this.#next = next;
    this.#stop.abort();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#stop.abort();
  }

  #openScreen(): ChatScreen {
    const { home, isPlainTerminal } = this.#client.config;
    if (isPlainTerminal || !this.#io.output.isTTY) return new PlainScreen(this.#io, this);
    return new TerminalScreen(this.#io, this, {
      history: loadChatHistory(home, this.#key),
      onHistory: (lines) => saveChatHistory(home, this.#key, lines),
      completions: commandNames,
    });
  }
}
