import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { errorCode, errorText } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';
import type { Progress } from '../progress.ts';
import { runProgram } from '../run-program.ts';
import { downloadTemporalBySdk } from './download-temporal-by-sdk.ts';
import { fetchWheel, isFetched, wheelFolder } from './fetch-wheel.ts';
import { isAtLeast } from './version.ts';
import { temporalWheel } from './wheels.ts';

export interface TemporalSearch {
  /** The executable that `TEMPORAL_CLI` names; used or refused, never passed over. */
  readonly named?: string | undefined;
  /** The value of `PATH`. */
  readonly searchPath: string;
  readonly cacheFolder: string;
}

export interface TemporalCli {
  readonly path: string;
  readonly version: string;
  /** Version of the server inside. */
  readonly serverVersion: string;
  readonly source: 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'SDK download';
}

export const oldestCli = '1.5';
/** The first server with what sessions need of fairness, priorities and limits. */
export const oldestServer = '1.29';

/** The executable that a start would use, when it needs no fetching. Throws as `findTemporal`. */
export async function findPresentTemporal(search: TemporalSearch): Promise<TemporalCli | undefined> {
  if (search.named !== undefined) return useNamed(search.named);
  const installed = await findInstalled(search.searchPath);
  if (installed !== undefined && isRecent(installed)) return installed;
  return (await isFetched(temporalWheel, search.cacheFolder)) ? cachedCli(search.cacheFolder) : undefined;
}

/** Finds or fetches the Temporal executable. Throws AtriumError `binary-missing` or `temporal-too-old`, which say what to do. */
export async function findTemporal(search: TemporalSearch, progress: Progress): Promise<TemporalCli> {
  if (search.named !== undefined) return useNamed(search.named);
  const installed = await findInstalled(search.searchPath);
  if (installed !== undefined && isRecent(installed)) return installed;
  if (installed !== undefined)
    progress(`Passing over ${installed.path}: ${describe(installed)} is older than ${oldestCli}.`);
  return fetchPinned(search.cacheFolder, progress);
}

/** Asks an executable for its versions. Throws when it is not the Temporal CLI. */
export async function inspectTemporal(path: string, source: TemporalCli['source']): Promise<TemporalCli> {
  const text = await runProgram(path, ['--version'], { timeoutMs: 30_000 });
  const versions = /temporal version (\S+) \(Server ([^,)\s]+)/i.exec(text);
  if (versions?.[1] === undefined || versions[2] === undefined)
    throw new AtriumError(
      'invalid',
      'binary-missing',
      `${path} is not the Temporal CLI: it calls itself "${text.trim().split('\n')[0]}"`,
    );
  return { path, version: versions[1], serverVersion: versions[2], source };
}

async function useNamed(path: string): Promise<TemporalCli> {
  const advice = `Set TEMPORAL_CLI to a Temporal CLI of ${oldestCli} or newer, or unset it and Atrium fetches its own.`;
  const cli = await inspectTemporal(path, 'TEMPORAL_CLI').catch((error: unknown) => {
    const reason = errorCode(error) === 'ENOENT' ? `there is no program ${path}` : errorText(error);
    throw new AtriumError('invalid', 'binary-missing', `Cannot use TEMPORAL_CLI: ${reason}. ${advice}`, {
      cause: error,
    });
  });
  if (isRecent(cli)) return cli;
  throw new AtriumError(
    'invalid',
    'temporal-too-old',
    `Cannot use ${path}: ${describe(cli)} is too old. ${advice}`,
  );
}

async function fetchPinned(cacheFolder: string, progress: Progress): Promise<TemporalCli> {
  try {
    await fetchWheel(temporalWheel, cacheFolder, progress);
  } catch (error) {
    const path = await downloadTemporalBySdk(cacheFolder, progress).catch(() => undefined);
    if (path === undefined) throw error;
    return inspectTemporal(path, 'SDK download');
  }
  return cachedCli(cacheFolder);
}

function cachedCli(cacheFolder: string): TemporalCli {
  const path = join(wheelFolder(temporalWheel, cacheFolder), `${temporalWheel.programs[0]}/temporal`);
  return { path, version: temporalWheel.version, serverVersion: '1.32.0', source: 'cache' };
}

async function findInstalled(searchPath: string): Promise<TemporalCli | undefined> {
  const path = await findOnPath('temporal', searchPath);
  return path === undefined ? undefined : inspectTemporal(path, 'PATH').catch(() => undefined);
}

async function findOnPath(program: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, program);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

const isRecent = (cli: TemporalCli): boolean =>
  isAtLeast(cli.version, oldestCli) && isAtLeast(cli.serverVersion, oldestServer);

const describe = (cli: TemporalCli): string => `Temporal CLI ${cli.version} with server ${cli.serverVersion}`;
