import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The folder with Atrium's package.json, whether this runs from the sources or from what was built. */
export const packageRoot = findRoot(import.meta.dirname);

/** Made by the build. */
export const built = {
  command: join(packageRoot, 'dist/cli/main.js'),
  workflowBundle: join(packageRoot, 'dist/workflow-bundle.js'),
  replayBundle: join(packageRoot, 'dist/replay-bundle.js'),
  replayProcess: join(packageRoot, 'dist/runtime/replay-process.js'),
} as const;

/** This release's version. */
export const atriumVersion = (): string =>
  packageSchema.parse(readJson(join(packageRoot, 'package.json'))).version;

const packageSchema = z.object({ version: z.string() });

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('Cannot find the package.json of Atrium.');
  return findRoot(parent);
}
