import { spawn } from 'node:child_process';
import type { OsUser } from './os-user.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Runs the program as this user; only root can. */
  readonly user?: OsUser | undefined;
  /** Ends the program after so many milliseconds; without it the program takes the time it takes. */
  readonly timeoutMs?: number;
}

/** Why a program that ran to its end did not do its work. `output` is what it said, the last lines only. */
export class ProgramError extends Error {
  readonly output: string;
  constructor(program: string, ending: string, output: string) {
    super(`${program} ${ending}${output === '' ? '' : `: ${output}`}`);
    this.name = 'ProgramError';
    this.output = output;
  }
}

/** Runs a program to its end and returns what it printed on stdout. Throws ProgramError, or ENOENT when there is no such program. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const printed = Buffer.concat(stdout).toString();
      if (code === 0) return resolve(printed);
      const ending = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      reject(new ProgramError(program, ending, lastLines(`${printed}\n${Buffer.concat(stderr).toString()}`)));
    });
  });
}

const lastLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-6)
    .join('\n');
