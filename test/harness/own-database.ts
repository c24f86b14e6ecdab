import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { sharedServers } from './servers.ts';

/** A new, empty database on the shared server; its URL. It goes with the server. */
export async function createOwnDatabase(): Promise<string> {
  const { databaseUrl } = sharedServers();
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  return withDatabase(databaseUrl, name);
}

function withDatabase(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}
