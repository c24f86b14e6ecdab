import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { Pool, types, type PoolClient, type PoolConfig } from 'pg';
import { AtriumError } from '../domain/atrium-error.ts';
import { toDatabaseError } from './database-error.ts';
import { planName } from './plan-once.ts';
import type { Schema } from './schema.ts';

export interface Database {
  readonly kysely: Kysely<Schema>;
  readonly url: string;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** 10 when absent. */
  readonly maxConnections?: number;
  /** How long one statement may take before the server gives it up; 0 is no limit. 15 s when absent. */
  readonly statementTimeoutMs?: number;
}

/** A server that does not take a connection within this time counts as away; milliseconds. */
export const connectTimeoutMs = 5_000;
const usualStatementTimeoutMs = 15_000;
/** A connection over which nothing comes back is given up a little later than the server would give up itself. */
const deafMs = 5_000;

/**
 * A pool that connects at first use. Whatever goes wrong on the way to the server comes out as AtriumError
 * `database-unavailable`, within seconds.
 */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const pool = new Pool(poolConfig(url, options));
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: translatingPool(pool) }) });
  return { kysely, url, close: () => kysely.destroy() };
}

function poolConfig(url: string, options: DatabaseOptions): PoolConfig {
  const statementTimeoutMs = options.statementTimeoutMs ?? usualStatementTimeoutMs;
  return {
    connectionString: url,
    application_name: 'atrium',
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    types: { getTypeParser: parserOf },
    ...(statementTimeoutMs === 0
      ? {}
      : { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + deafMs }),
  };
}

/** Times and counts fit a JavaScript number, though PostgreSQL's are wider. */
const parserOf: typeof types.getTypeParser = (oid, format) =>
  oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format);

/** The pool as kysely sees it, with errors in our words: the one place where the driver's own are known. */
function translatingPool(pool: Pool): PostgresPool {
  return {
    connect: async () => translatingClient(await translated(pool.connect())),
    end: () => pool.end(),
  };
}

/** A connection whose statement got no answer may still be busy with it: it is not used again. */
function translatingClient(client: PoolClient): PostgresPoolClient {
  let isLost = false;
  // A connection that breaks says so also beside the statement that fails of it; unheard, that would end the process.
  const lose = (): void => {
    isLost = true;
  };
  client.on('error', lose);
  const release = (): void => {
    client.off('error', lose);
    client.release(isLost);
  };
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      const name = planName(text);
      const statement = { text, values: [...values], ...(name === undefined ? {} : { name }) };
      return await translated(client.query(statement));
    } catch (error) {
      isLost ||= error instanceof AtriumError && error.kind === 'unavailable';
      throw error;
    }
  };
  // Of kysely's two ways to ask this is the one without cursors, which nothing here uses.
  return { query: query as PostgresPoolClient['query'], release };
}

async function translated<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    throw toDatabaseError(error);
  }
}
