import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { homeEnvironment } from './product.ts';
import { findRoot } from './root.ts';

export interface CommandEnd {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `atrium …` as a person would, against the server of this home. */
export async function runAtrium(
  home: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [join(findRoot(), 'cli/atrium.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: homeEnvironment(home, environment),
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => printed.push(chunk));
  const code = await new Promise<number | null>((done, failed) =>
    child.once('close', done).once('error', failed),
  );
  return { code, output: Buffer.concat(printed).toString() };
}
