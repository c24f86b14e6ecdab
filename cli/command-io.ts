import { openClient, type Client } from './client/client.ts';

/** What a command reads, prints to, and whom it asks. The process's own streams in real life. */
export interface CommandIo {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** What is no result: progress, questions, hints. */
  readonly errors: NodeJS.WriteStream;
  /** Opened by the action, not before: help needs neither a home nor a server. */
  openClient(): Client;
}

export const processIo: CommandIo = {
  get input() {
    return process.stdin;
  },
  get output() {
    return process.stdout;
  },
  get errors() {
    return process.stderr;
  },
  openClient: () => openClient(),
};

/** Whether somebody sits at both ends. */
export const isInteractive = (io: CommandIo): boolean => io.input.isTTY && io.errors.isTTY;
