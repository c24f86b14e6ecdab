import { sql, type Migration } from 'kysely';

/** What the shared queue of model calls keeps: tokens that may be used now, and the calls that wait or run. */
export const createQueue: Migration = {
  async up(database) {
    for (const statement of statements) await sql.raw(statement).execute(database);
  },
};

/** What is live is worth nothing after a crash, so it costs no log either. */
const statements = [
  `
create table vault.token_bucket (
  provider text collate "C" primary key,
  level double precision not null,
  filled_at timestamptz not null default clock_timestamp()
)`,
  `
create unlogged table vault.live_call (
  session_key text collate "C" not null,
  call text collate "C" not null,
  provider text collate "C" not null,
  turn integer not null,
  kind text not null,
  priority smallint not null,
  queued_at bigint not null,
  state text not null check (state in ('waiting', 'running')),
  since bigint not null,
  model text,
  tokens integer not null,
  reason text,
  retry_at bigint,
  owner text collate "C" not null,
  touched_at bigint not null,
  primary key (session_key, call)
)`,
  `
create unlogged table vault.live_rate (
  provider text collate "C" not null,
  starts_at bigint not null,
  requests integer not null,
  tokens bigint not null,
  primary key (provider, starts_at)
)`,
];
