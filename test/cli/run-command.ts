import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { openClient } from '../../cli/client/client.ts';
import { CommandError } from '../../cli/command-error.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { approvalsCommand } from '../../cli/commands/approvals.ts';
import { chatCommand } from '../../cli/commands/chat.ts';
import { queueCommand } from '../../cli/commands/queue.ts';
import { rebuildCommand } from '../../cli/commands/rebuild.ts';
import { replayCommand } from '../../cli/commands/replay.ts';
import { sessionsCommand } from '../../cli/commands/sessions.ts';
import { toolsCommand } from '../../cli/commands/tools.ts';
import { verifyCommand } from '../../cli/commands/verify.ts';
import { exitCodes } from '../../cli/exit-code.ts';
import { loadClientConfig } from '../../config/client-config.ts';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Surroundings {
  readonly url: string;
  readonly home?: string;
  /** Columns; absent: no terminal. */
  readonly columns?: number;
  readonly isDumb?: boolean;
}

/** A terminal or pipe that a test types into and reads from. */
export class TestIo implements CommandIo {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WriteStream;
  readonly home: string;
  readonly #surroundings: Surroundings;
  stdout = '';
  stderr = '';

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.home = surroundings.home ?? mkdtempSync(join(tmpdir(), 'atrium-cli-'));
    const { columns } = surroundings;
    const facts = columns === undefined ? {} : { isTTY: true, columns, rows: 24 };
    this.input = Object.assign(new PassThrough(), facts) as unknown as NodeJS.ReadStream;
    this.output = Object.assign(new PassThrough(), facts) as unknown as NodeJS.WriteStream;
    this.errors = Object.assign(new PassThrough(), facts) as unknown as NodeJS.WriteStream;
    this.output.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.errors.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }

  type(text: string): void {
    (this.input as unknown as PassThrough).write(text);
  }

  openClient = () =>
    openClient(
      loadClientConfig({
        ATRIUM_HOME: this.home,
        ATRIUM_URL: this.#surroundings.url,
        ATRIUM_TOKEN: 'token',
        ...(this.#surroundings.isDumb ? { TERM: 'dumb' } : {}),
      }),
    );
}

/** Runs a command as `atrium` does, in this process. */
export async function runIn(io: TestIo, args: readonly string[]): Promise<Ran> {
  const program = new Command('atrium').exitOverride().configureOutput({
    writeOut: (text) => void io.output.write(text),
    writeErr: (text) => void io.errors.write(text),
  });
  for (const register of [
    chatCommand,
    sessionsCommand,
    verifyCommand,
    rebuildCommand,
    replayCommand,
    queueCommand,
    toolsCommand,
    approvalsCommand,
  ])
    register(program, io);
  const exitCode = await program.parseAsync(args, { from: 'user' }).then(
    () => 0,
    (error) => exitCodeOf(io, error),
  );
  // What was written last arrives with the next turn of the loop.
  await new Promise((resolve) => setImmediate(resolve));
  return { stdout: io.stdout, stderr: io.stderr, exitCode };
}

export function runCommand(
  surroundings: Surroundings,
  args: readonly string[],
  stdin?: string,
): Promise<Ran> {
  const io = new TestIo(surroundings);
  if (stdin !== undefined) io.type(stdin);
  if (surroundings.columns === undefined) io.input.push(null);
  return runIn(io, args);
}

function exitCodeOf(io: TestIo, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.badUsage;
  if (!(error instanceof CommandError)) throw error;
  io.errors.write(`${error.message}\n${error.advice ?? ''}\n`);
  return error.exitCode;
}
