#!/usr/bin/env node
/** The `atrium` command: builds what is missing, then hands over. Old JavaScript, so that an old Node can still say no. */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Atrium needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const args = process.argv.slice(2);
const isServer = args[0] === 'start' && !args.includes('--help') && !args.includes('-h');
if (isServer && !args.some((arg) => arg === '--home' || arg.startsWith('--home='))) await startWithHome();
else await run();

async function run() {
  try {
    const { build } = await import('./build.mjs');
    await build();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
  await import('../dist/cli/main.js');
}

/**
 * A server's process carries the path of its home, so that whoever looks at the list of processes can tell which is which.
 * A process cannot change its own arguments: another one is started, and this one passes on signals and the exit code.
 */
async function startWithHome() {
  const named = process.env.ATRIUM_HOME || '~/.atrium';
  const home = named.startsWith('~/') ? join(process.env.HOME || homedir(), named.slice(2)) : resolve(named);
  const program = [...process.execArgv, fileURLToPath(import.meta.url), ...args, '--home', home];
  const child = spawn(process.execPath, program, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 0 : 1);
  });
}
