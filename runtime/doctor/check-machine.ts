import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { errorText } from '../../config/error-code.ts';
import { isAtLeast } from '../binaries/version.ts';
import { findFreeBytes } from '../free-space.ts';
import { found, type Check } from './check.ts';

const oldestNode = '20.19';

export function checkNode(): Check {
  const { node: version } = process.versions;
  const detail = `${process.platform} ${process.arch}, ${process.execPath}`;
  return isAtLeast(version, oldestNode)
    ? found('Node.js', 'ok', { version, detail })
    : found('Node.js', 'broken', { version, detail, advice: `Install Node.js ${oldestNode} or newer.` });
}

/** The one npm package with machine code; the others are there when it is. */
export function checkModules(): Check {
  const require = createRequire(import.meta.url);
  try {
    require('@temporalio/worker');
    const { version } = require('@temporalio/worker/package.json') as { readonly version: string };
    return found('npm packages', 'ok', { version, detail: 'The Temporal SDK and its native module load.' });
  } catch (error) {
    const detail = `The Temporal SDK does not load: ${errorText(error).split('\n')[0]}`;
    return found('npm packages', 'broken', {
      detail,
      advice: 'Run "npm ci" in the folder of Atrium; Alpine is not supported.',
    });
  }
}

const scarceBytes = 2_000_000_000;
const tooLittleBytes = 200_000_000;

/** Room for the data folder, which may not be there yet. */
export async function checkDisk(home: string): Promise<Check> {
  const bytes = await findFreeBytes(home);
  if (bytes === undefined && dirname(home) !== home) return checkDisk(dirname(home));
  if (bytes === undefined)
    return found('disk', 'warning', { detail: `The disk of ${home} cannot be asked.` });
  const detail = `${(bytes / 1e9).toFixed(1)} GB free at ${home}`;
  if (bytes > scarceBytes) return found('disk', 'ok', { detail });
  const state = bytes > tooLittleBytes ? 'warning' : 'broken';
  return found('disk', state, { detail, advice: 'Make room, or move the data folder and set ATRIUM_HOME.' });
}
