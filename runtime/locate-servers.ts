import type { Config } from '../config/config.ts';
import { AtriumError } from '../domain/atrium-error.ts';
import { isOwnerRunning } from './home/lock-home.ts';
import { readServerNote, type ServerNote } from './home/server-note.ts';
import { embeddedPlace, placeOfConfig, type TemporalPlace } from './temporal/temporal-client.ts';

/** Where the database and Temporal are that a part on its own works with. */
export interface ServerPlaces {
  readonly databaseUrl: string;
  readonly temporal: TemporalPlace;
}

/**
 * The servers that the configuration names, else those of the home's running server. Throws AtriumError `no-servers` when
 * neither says where they are.
 */
export async function locateServers(config: Config): Promise<ServerPlaces> {
  const note = await findRunningNote(config.home);
  const databaseUrl = config.databaseUrl?.reveal() ?? note?.databaseUrl;
  const { address } = config.temporal;
  const temporal = address === null ? embedded(note) : placeOfConfig(config.temporal, address);
  if (databaseUrl !== undefined && temporal !== undefined) return { databaseUrl, temporal };
  const missing = [
    ...(databaseUrl === undefined ? ['DATABASE_URL'] : []),
    ...(temporal === undefined ? ['TEMPORAL_ADDRESS'] : []),
  ].join(' and ');
  throw new AtriumError(
    'invalid',
    'no-servers',
    `Nothing says where the servers are: set ${missing}. No Atrium runs on ${config.home} either; "atrium start" brings its own servers.`,
  );
}

/** What the home's server says about itself while it runs. */
export async function findRunningNote(home: string): Promise<ServerNote | undefined> {
  const note = readServerNote(home);
  return note !== undefined && (await isOwnerRunning(note)) ? note : undefined;
}

const embedded = (note: ServerNote | undefined): TemporalPlace | undefined =>
  note?.temporalAddress === undefined ? undefined : embeddedPlace(note.temporalAddress);
