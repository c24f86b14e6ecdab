import { sql, type Migration } from 'kysely';

/** What models may ask for, and what they asked for. */
export const createTools: Migration = {
  async up(database) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};

const statements = [
  'alter table projection.session add column tools text[]',
  'alter table projection.message add column tool_call jsonb',
  // Of columns that the order of messages has in its index already, so that rows change as cheaply as before.
  `create index message_tool on projection.message (session_key, turn) where role = 'tool'`,
  'create table vault.tool_definition (sha256 text collate "C" primary key, definition jsonb not null)',
  'create table vault.tool_set (sha256 text collate "C" primary key, definitions text[] not null)',
  `
create table vault.tool_source (
  name text collate "C" primary key,
  kind text not null,
  state text not null,
  problem text,
  tools jsonb not null,
  seen_at bigint not null
)`,
];
