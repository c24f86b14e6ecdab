/**
 * Makes `dist/` out of the sources: TypeScript to JavaScript, then the two workflow bundles. Plain JavaScript, because it
 * runs before anything is built. Does nothing when nothing has changed, or where there is nothing to build from.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');
const lockFile = join(dist, '.lock');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const notSources = new Set(['node_modules', 'dist', 'test', 'docs', '.git', '.cache', '.ci']);

/** Brings `dist/` up to date. In an image without sources or compiler `dist/` stays as it is. */
export async function build() {
  if (!existsSync(tsc) || !existsSync(join(root, 'tsconfig.build.json'))) return requireBuilt();
  const stamp = await stampOfSources();
  if ((await readText(stampFile)) === stamp) return;
  await mkdir(dist, { recursive: true });
  const unlock = await lock();
  const notice = setTimeout(() => console.error('Building Atrium (after each change of its sources) …'), 700);
  try {
    // Somebody else may have done it while we waited.
    if ((await readText(stampFile)) === stamp) return;
    // Types are the business of `npm run check`; here every second counts.
    await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--noCheck']);
    await bundleWorkflows();
    await writeWhole(stampFile, stamp);
  } finally {
    clearTimeout(notice);
    await unlock();
  }
}

function requireBuilt() {
  if (existsSync(join(dist, 'cli/main.js'))) return;
  throw new Error('Atrium is not built and its compiler is not installed. Run "npm ci" and try again.');
}

/** Names, sizes and times of everything that `dist/` is made of. */
async function stampOfSources() {
  const hash = createHash('sha256');
  const files = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'cli/build.mjs'];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory() || notSources.has(entry.name)) continue;
    const names = await readdir(join(root, entry.name), { recursive: true });
    files.push(...names.filter((name) => name.endsWith('.ts')).map((name) => join(entry.name, name)));
  }
  for (const file of files.toSorted()) {
    const facts = await stat(join(root, file));
    hash.update(`${file} ${facts.size} ${facts.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** The code that runs inside Temporal's sandbox; for replay once more, with the module that takes snapshots. */
async function bundleWorkflows() {
  const stamp = await stampOfWorkflows();
  if ((await readText(join(dist, '.bundle-stamp'))) === stamp) return;
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const snapshots = join(dist, 'replay/snapshot-interceptor.js');
  const bundles = [
    ['workflow-bundle.js', []],
    ['replay-bundle.js', existsSync(snapshots) ? [snapshots] : []],
  ];
  for (const [name, workflowInterceptorModules] of bundles) {
    const workflowsPath = join(dist, 'workflows/index.js');
    const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger: quiet });
    await writeWhole(join(dist, name), code);
  }
  await writeWhole(join(dist, '.bundle-stamp'), stamp);
}

async function stampOfWorkflows() {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')));
  for (const folder of ['domain', 'workflows', 'replay']) {
    if (!existsSync(join(dist, folder))) continue;
    const names = await readdir(join(dist, folder), { recursive: true });
    for (const name of names.filter((file) => file.endsWith('.js')).toSorted())
      hash.update(name).update(await readFile(join(dist, folder, name)));
  }
  return hash.digest('hex');
}

/** One build at a time. The lock of a build that was killed is taken over. Returns what releases it. */
async function lock() {
  for (;;) {
    try {
      const file = await open(lockFile, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(lockFile, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(await readText(lockFile));
    if (owner > 0 && !isRunning(owner)) await rm(lockFile, { force: true });
    await sleep(100);
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function run(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const code = await new Promise((done, failed) => child.once('close', done).once('error', failed));
  if (code !== 0) throw new Error(`The build failed:\n${Buffer.concat(output).toString()}`);
}

/** A reader sees the old file or the new one, never half of it. */
async function writeWhole(path, text) {
  await writeFile(`${path}.${process.pid}`, text);
  await rename(`${path}.${process.pid}`, path);
}

const readText = (path) => readFile(path, 'utf8').catch(() => undefined);
const ignore = () => undefined;
const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: console.error };

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await build();
