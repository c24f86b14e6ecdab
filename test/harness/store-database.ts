/**
 * A database of one's own for each test file: a copy of a migrated template that is made once a run. Copying takes tens of
 * milliseconds.
 */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { openDatabase, type Database } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { sharedServers } from './servers.ts';

const template = 'atrium_template';
/** Makes test processes wait for each other: a template can be copied by one at a time. */
const lock = 4_280_001;

/** A migrated database that is dropped when it is closed. */
export async function openTestDatabase(): Promise<Database & AsyncDisposable> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [lock]);
    await makeTemplate(admin);
    await admin.query(`create database ${name} template ${template}`);
  });
  return droppedAtEnd(name);
}

/** An empty database, without any migration, that is dropped when it is closed. */
export async function openEmptyDatabase(): Promise<Database & AsyncDisposable> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin((admin) => admin.query(`create database ${name}`));
  return droppedAtEnd(name);
}

function droppedAtEnd(name: string): Database & AsyncDisposable {
  const database = openDatabase(urlOf(name));
  const close = async (): Promise<void> => {
    await database.close();
    await asAdmin((admin) => admin.query(`drop database if exists ${name} with (force)`));
  };
  return { ...database, close, [Symbol.asyncDispose]: close };
}

async function makeTemplate(admin: Client): Promise<void> {
  const found = await admin.query('select from pg_database where datname = $1', [template]);
  if (found.rowCount !== 0) return;
  const unfinished = `${template}_unfinished`;
  await admin.query(`drop database if exists ${unfinished} with (force)`);
  await admin.query(`create database ${unfinished}`);
  const database = openDatabase(urlOf(unfinished), { maxConnections: 1 });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  await admin.query(`alter database ${unfinished} rename to ${template}`);
}

async function asAdmin(work: (admin: Client) => Promise<unknown>): Promise<void> {
  const admin = new Client({ connectionString: sharedServers().databaseUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(sharedServers().databaseUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
