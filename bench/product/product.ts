/** The product as a person has it: `atrium start` in a home of its own, seen from outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readServerNote } from '../../runtime/home/server-note.ts';
import { waitForEnd } from '../../runtime/process-table.ts';
import { createProductClient, type ProductClient } from './product-client.ts';
import { killProcesses, listHomeProcesses, type HomeProcess } from './processes.ts';
import { findRoot } from './root.ts';

export interface ProductOptions {
  readonly home: string;
  /** Variables over the bare ones; the caller's own environment does not leak in. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Arguments of `start` over the usual ones. */
  readonly args?: readonly string[];
}

export interface Product {
  readonly home: string;
  readonly url: string;
  readonly token: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly client: ProductClient;
  /** From the command to the first answer of `/readyz`, in milliseconds. */
  readonly readyMs: number;
  /** What it printed so far. */
  output(): string;
  processes(): Promise<readonly HomeProcess[]>;
  /** SIGKILL to everything that belongs to the home. */
  kill(): Promise<void>;
  /** Ctrl-C; what is still there after a while is killed. Resolves with the exit code, null when it had to be killed. */
  stop(): Promise<number | null>;
}

const readyTimeoutMs = 120_000;

/** Starts the product and returns once it is ready. Throws with what it printed when it ends or takes two minutes. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const startedAt = performance.now();
  const child = spawnProduct(options);
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => printed.push(chunk));
  const output = (): string => Buffer.concat(printed).toString();
  const place = await waitUntilReady(options.home, child, output);
  return {
    home: options.home,
    ...place,
    client: createProductClient(place.url, place.token),
    readyMs: performance.now() - startedAt,
    output,
    processes: () => listHomeProcesses(options.home),
    kill: () => killHome(options.home),
    stop: () => stop(child, options.home),
  };
}

/** Ends whatever runs for the home, by force. */
export async function killHome(home: string): Promise<void> {
  // Twice: a supervisor may have started something between the look and the blow.
  for (let look = 0; look < 2; look += 1)
    await killProcesses((await listHomeProcesses(home)).map(({ pid }) => pid));
}

/** Environment for a command that works on this home. */
export const homeEnvironment = (
  home: string,
  environment: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  ATRIUM_HOME: home,
  ATRIUM_PORT: '0',
  ...environment,
});

function spawnProduct({ home, environment, args = [] }: ProductOptions): ChildProcess {
  const program = [join(findRoot(), 'cli/atrium.mjs'), 'start', '--home', home, '--no-open', ...args];
  return spawn(process.execPath, program, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: homeEnvironment(home, environment),
    // A process group of its own, as a shell gives it: a signal to us is none to it.
    detached: true,
  });
}

type Place = Pick<Product, 'url' | 'token' | 'databaseUrl' | 'temporalAddress'>;

async function waitUntilReady(home: string, child: ChildProcess, output: () => string): Promise<Place> {
  const deadline = Date.now() + readyTimeoutMs;
  for (;;) {
    const place = await findReady(home, child.pid);
    if (place !== undefined) return place;
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || Date.now() > deadline) {
      await killHome(home);
      const problem = hasEnded ? `ended with ${child.exitCode ?? child.signalCode}` : 'is not ready in time';
      throw new Error(`The server ${problem}:\n${output()}`);
    }
    await sleep(20);
  }
}

/** Where the server is once it answers that it is ready. A note of an earlier process does not count. */
async function findReady(home: string, pid: number | undefined): Promise<Place | undefined> {
  const note = readServerNote(home);
  if (note?.url === undefined || note.pid !== pid) return undefined;
  const answer = await fetch(`${note.url}/readyz`).catch(() => undefined);
  await answer?.arrayBuffer();
  if (answer?.status !== 200) return undefined;
  return {
    url: note.url,
    token: (await readFile(join(home, 'token'), 'utf8')).trim(),
    databaseUrl: note.databaseUrl ?? '',
    temporalAddress: note.temporalAddress ?? '',
  };
}

async function stop(child: ChildProcess, home: string): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
  const isGone = child.pid === undefined || (await waitForEnd(child.pid, 30_000));
  const left = await listHomeProcesses(home);
  if (!isGone || left.length > 0) await killHome(home);
  // The exit is told a moment after the process is gone.
  for (let look = 0; look < 50 && child.exitCode === null && child.signalCode === null; look += 1)
    await sleep(10);
  return child.exitCode;
}
