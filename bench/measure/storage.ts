import { Client } from 'pg';
import type { Measurement } from './measurement.ts';

/** What the database keeps of one session, against the text of its messages. */
export async function measureStorage(databaseUrl: string, key: string): Promise<readonly Measurement[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const text = await readNumber(client, textBytes, [key]);
    const rows = await readNumber(client, rowBytes, [key]);
    const indexes = await readNumber(client, indexBytes, [key]);
    const live = await readNumber(client, 'select count(*) from vault.live_event', []);
    return [
      {
        what: 'rows of a session (floor: the text in them)',
        value: rows,
        floor: text,
        unit: 'bytes',
        limit: { of: 'ratio', atMost: 3 },
      },
      { what: 'its share of the indexes (floor: its text)', value: indexes, floor: text, unit: 'bytes' },
      {
        what: 'rows left of streamed tokens',
        value: live,
        unit: 'rows',
        limit: { of: 'value', atMost: 0 },
      },
    ];
  } finally {
    await client.end();
  }
}

const textBytes = 'select sum(octet_length(text)) from projection.message where session_key = $1';

/** A row as it lies on its page: a header of 24 bytes, a pointer of 4, and the columns, compressed where they are. */
const rowBytes = `
  select coalesce(sum(size + 28), 0) from (
    select pg_column_size(row_of_it.*) as size from projection.message as row_of_it where session_key = $1
    union all select pg_column_size(row_of_it.*) from projection.session as row_of_it where key = $1
    union all select pg_column_size(row_of_it.*) from vault.payload_blob as row_of_it where session_key = $1
    union all select pg_column_size(row_of_it.*) from vault.live_event as row_of_it where session_key = $1
    union all select pg_column_size(row_of_it.*) from vault.read_mark as row_of_it where session_key = $1
  ) as rows`;

const indexBytes = `
  select pg_indexes_size('projection.message') * count(*) filter (where session_key = $1) / count(*)
  from projection.message`;

async function readNumber(client: Client, statement: string, values: readonly string[]): Promise<number> {
  const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
  return Number(Object.values(rows[0] ?? {})[0]);
}
