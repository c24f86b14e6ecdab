import { errorText } from '../config/error-code.ts';
import { AtriumError } from '../domain/atrium-error.ts';
import type { Database } from '../store/database.ts';
import { requireKnownSchema } from '../store/migrate.ts';

/**
 * The first question to a database, before anything is built on it. Throws AtriumError `database-unavailable` with its
 * place and what to do, or `home-is-newer`.
 */
export async function requireDatabase(database: Database): Promise<void> {
  try {
    await requireKnownSchema(database);
  } catch (error) {
    if (!(error instanceof AtriumError) || error.code !== 'database-unavailable') throw error;
    throw new AtriumError(
      'unavailable',
      'database-unavailable',
      `Cannot reach the database${placeOf(database.url)}: ${reasonOf(error)}. ` +
        'Check DATABASE_URL and that the server runs, or unset it and "atrium start" runs its own.',
      { cause: error },
    );
  }
}

/** Host and port alone: a URL may carry a password. */
function placeOf(url: string): string {
  const host = URL.canParse(url) ? new URL(url).host : '';
  return host === '' ? '' : ` at ${host}`;
}

/** The driver's own words; several addresses of one host have no words in common, only the last has its own. */
function reasonOf({ cause }: Error): string {
  return cause instanceof AggregateError ? errorText(cause.errors.at(-1)) : errorText(cause);
}
