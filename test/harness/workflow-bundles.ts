import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

export interface WorkflowBundles {
  readonly workflowBundlePath: string;
  readonly replayBundlePath: string;
}

/**
 * Bundles the workflows of the working tree, and once more with the snapshot interceptor; kept until a source changes.
 * Workflow code that does not build fails the tests that run workflows, not those beside them.
 */
export async function bundleWorkflows(root: string): Promise<WorkflowBundles> {
  const stamp = await hashSources(root);
  const folder = join(root, '.cache/bundles');
  await mkdir(folder, { recursive: true });
  const workflowBundlePath = join(folder, `workflows-${stamp}.js`);
  const replayBundlePath = join(folder, `replay-${stamp}.js`);
  try {
    await bundle(root, workflowBundlePath, []);
    await bundle(root, replayBundlePath, [join(root, 'replay/snapshot-interceptor.ts')]);
  } catch (error) {
    console.error('The workflow code does not build; tests that run workflows will fail.', error);
  }
  return { workflowBundlePath, replayBundlePath };
}

async function bundle(root: string, path: string, workflowInterceptorModules: string[]): Promise<void> {
  if (await isThere(path)) return;
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    workflowInterceptorModules,
    logger: silent,
  });
  await writeFile(`${path}.${process.pid}`, code);
  await rename(`${path}.${process.pid}`, path);
}

async function hashSources(root: string): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(join(root, 'package-lock.json')));
  for (const folder of ['domain', 'workflows', 'replay'])
    for (const name of (await readdir(join(root, folder), { recursive: true })).toSorted())
      if (name.endsWith('.ts')) hash.update(name).update(await readFile(join(root, folder, name)));
  return hash.digest('hex').slice(0, 16);
}

const ignore = (): void => undefined;
const silent = {
  log: ignore,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: console.error,
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
