import type { Config } from '../../config/config.ts';
import { findRunningNote } from '../locate-servers.ts';
import type { Check } from './check.ts';
import { checkHome, checkPort } from './check-home.ts';
import { checkDisk, checkModules, checkNode } from './check-machine.ts';
import { checkModels } from './check-models.ts';
import { checkPostgres } from './check-postgres.ts';
import { checkServer } from './check-server.ts';
import { checkTemporal } from './check-temporal.ts';

/** Looks at every part, with a running server and without one. Changes nothing and fetches nothing. */
export async function runChecks(config: Config): Promise<readonly Check[]> {
  const note = await findRunningNote(config.home);
  const others = await Promise.all([
    checkHome(config),
    checkDisk(config.home),
    checkTemporal(config, note),
    checkPostgres(config, note),
    checkModels(config),
    checkPort(config, note),
    checkServer(config, note),
  ]);
  return [checkNode(), checkModules(), ...others.flat()];
}
