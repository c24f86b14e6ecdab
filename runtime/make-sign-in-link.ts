import type { Config } from '../config/config.ts';
import { createSignInLink, type SignInLink } from '../engine/sign-in.ts';
import { openDatabase } from '../store/database.ts';
import { findRunningNote, locateServers } from './locate-servers.ts';

/**
 * A one-time sign-in link to the server of this home or configuration. Whoever can reach its database is its owner, so
 * this also works where the token is lost. Throws AtriumError `no-servers` when nothing runs.
 */
export async function makeSignInLink(config: Config): Promise<SignInLink> {
  const { databaseUrl } = await locateServers(config);
  const note = await findRunningNote(config.home);
  const { host, port } = config.server;
  const url = config.url ?? note?.url ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const database = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    return await createSignInLink({ database, now: () => Date.now() }, url.replace(/\/+$/, ''));
  } finally {
    await database.close();
  }
}
