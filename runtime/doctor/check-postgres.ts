import type { Config } from '../../config/config.ts';
import { errorText } from '../../config/error-code.ts';
import { openDatabase } from '../../store/database.ts';
import { findPendingMigrations, newestMigration, requireKnownSchema } from '../../store/migrate.ts';
import { findPresentPostgres } from '../binaries/find-postgres.ts';
import { isAtLeast } from '../binaries/version.ts';
import { postgresWheel } from '../binaries/wheels.ts';
import { logFile } from '../home/prepare-home.ts';
import type { ServerNote } from '../home/server-note.ts';
import { serverUserOf } from '../postgres/open-postgres.ts';
import { findPostgresFolder } from '../postgres/places.ts';
import { query } from '../postgres/postmaster.ts';
import { checkFetching } from './check-fetching.ts';
import { found, type Check } from './check.ts';

const title = 'PostgreSQL';

/** The server when one is to be asked, with its schema, else the programs that a start would run. */
export async function checkPostgres(config: Config, note: ServerNote | undefined): Promise<readonly Check[]> {
  const url = config.databaseUrl?.reveal() ?? note?.databaseUrl;
  if (url === undefined) return [await checkPrograms(config)];
  const server = await checkServer(config, url);
  return server.state === 'broken' ? [server] : [server, await checkSchema(url)];
}

async function checkPrograms(config: Config): Promise<Check> {
  try {
    const user = await serverUserOf(config.home);
    const binaries = await findPresentPostgres({ ...config.programs, user });
    if (binaries === undefined) return await checkFetching(postgresWheel, config.programs.cacheFolder);
    const { version, vectorVersion, binFolder } = binaries;
    const detail = `pgvector ${vectorVersion}, ${binFolder}; ${await placeOf(config)}; it does not run`;
    return found(title, 'ok', { version, detail });
  } catch (error) {
    return found(title, 'broken', { detail: errorText(error) });
  }
}

/** Where the home's own cluster is and who runs it, which under root is not obvious. */
async function placeOf({ home, databaseUrl }: Config): Promise<string> {
  if (databaseUrl !== null) return 'at DATABASE_URL';
  const folder = await findPostgresFolder(home);
  const user = await serverUserOf(home);
  return `data in ${folder ?? `${home}/postgres`}${user === undefined ? '' : `, run by the user ${user.name}`}`;
}

async function checkServer(config: Config, url: string): Promise<Check> {
  const place = await placeOf(config);
  try {
    const [row] = await query(
      url,
      "select current_setting('server_version') as server, (select extversion from pg_extension where extname = 'vector') as vector, (select default_version from pg_available_extensions where name = 'vector') as available",
    );
    const version = String(row?.['server']).split(' ')[0] ?? '';
    const vector = row?.['vector'] ?? row?.['available'];
    if (typeof vector !== 'string' || !isAtLeast(vector, '0.8') || !isAtLeast(version, '15'))
      return found(title, 'broken', {
        version,
        detail: `${place}; pgvector ${typeof vector === 'string' ? vector : 'is missing'}`,
        advice: 'Atrium needs PostgreSQL 15 or newer with pgvector 0.8 or newer.',
      });
    return found(title, 'ok', { version, detail: `pgvector ${vector}, ${place}` });
  } catch (error) {
    return found(title, 'broken', {
      detail: `The database does not answer: ${errorText(error)} (${place})`,
      advice:
        config.databaseUrl === null
          ? `The running server starts it again by itself; if it cannot, ${logFile(config.home, 'postgres')} says why.`
          : 'Check DATABASE_URL and that the server runs.',
    });
  }
}

async function checkSchema(url: string): Promise<Check> {
  const database = openDatabase(url, { maxConnections: 1 });
  try {
    await requireKnownSchema(database);
    const pending = await findPendingMigrations(database);
    if (pending.length === 0)
      return found('schema', 'ok', {
        version: newestMigration(),
        detail: 'The tables are those of this release.',
      });
    const detail = `${pending.length} migrations are to come: ${pending.join(', ')}`;
    return found('schema', 'warning', { detail, advice: 'The next start makes them.' });
  } catch (error) {
    return found('schema', 'broken', { detail: errorText(error) });
  } finally {
    await database.close();
  }
}
