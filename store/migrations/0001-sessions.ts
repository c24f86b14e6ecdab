import { sql, type Migration } from 'kysely';

/** Sessions, their transcripts and what belongs to the server itself. Runs on PostgreSQL 15 and later. */
export const createSessions: Migration = {
  async up(database) {
    const parts = [extensions, schemas, search, projection, [findText], openMessages, vault];
    for (const statement of parts.flat()) await sql.raw(statement).execute(database);
  },
};

/** Where this account may not create them, somebody else has or has to; what needs one says so itself. */
const extensions = ['vector', 'pg_trgm', 'unaccent'].map(
  (name) => `
do $$ begin
  create extension if not exists ${name};
exception when insufficient_privilege or undefined_file or feature_not_supported then
  raise notice 'The extension ${name} is not available.';
end $$`,
);

const schemas = ['create schema if not exists projection', 'create schema if not exists vault'];

/** Between words: everything that is neither a letter, a digit nor a symbol that people search for, such as an emoji. */
const breaks =
  '\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00a9\\u00ab-\\u00b4\\u00b6-\\u00b9\\u00bb-\\u00bf\\u00d7\\u00f7' +
  '\\u2000-\\u206f\\u2e00-\\u2e7f\\u3000-\\u3004\\u3008-\\u3020\\u3030\\ufe30-\\ufe4f\\ufe50-\\ufe6f\\uff00-\\uff0f\\uff1a-\\uff20' +
  '\\uff3b-\\uff40\\uff5b-\\uff65\\ufeff\\ufffd';
/** Scripts that are written without spaces: kana, bopomofo, Hangul, Han. */
const runs =
  '\\u3005-\\u3007\\u3040-\\u312f\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\U00020000-\\U0003ffff';

/**
 * The words of a text as a tsvector without positions: lower case, at most 64 characters each; of scripts without spaces
 * each character, since most pairs of them are rare and a rare entry costs more room than the message it stands for.
 * domain/search-terms.ts makes the same of a query.
 *
 * Own functions over explicit ranges, because the parsers of PostgreSQL depend on the database's locale, take addresses
 * and paths for single words, and make one word of a Chinese clause. A tsvector ends at 1 MiB, hence the limit on what is
 * read of a text; no message that a person may send comes near it.
 */
const search = [
  `
create function projection.words(value text) returns tsvector
language plpgsql immutable strict parallel safe as $$
declare
  words text := case when octet_length(value) > 800000 then left(value, 200000) else value end;
begin
  words := regexp_replace(lower(words), '[${breaks}]+', ' ', 'g');
  if octet_length(words) > length(words) then
    words := regexp_replace(words, '[${runs}]', ' \\& ', 'g');
  end if;
  if words ~ '[^ ]{65}' then
    words := regexp_replace(words, '[^ ]{64}', '\\& ', 'g');
  end if;
  return array_to_tsvector(array_remove(string_to_array(words, ' '), ''));
end $$`,
  `
create function projection.session_text(title text, tags text[]) returns text
language sql immutable strict parallel safe as $$
  select title || ' ' || array_to_string(tags, ' ')
$$`,
];

const roles = "'user', 'assistant', 'tool', 'notice'";
const statuses =
  "'held', 'waiting', 'running', 'done', 'complete', 'partial', 'info', 'failed', 'refused', 'withdrawn', 'interrupted'";

/**
 * Nothing that changes while a turn runs is indexed, so that such a change writes one row version and no index entry
 * (a HOT update); the text's index entries would be the dearest. Columns are ordered so that no space is lost to alignment.
 */
const projection = [
  `
create table projection.session (
  key text collate "C" primary key,
  revision integer not null,
  title text not null,
  title_source text not null,
  label text,
  archived_at bigint,
  archived_reason text,
  pinned_at bigint,
  tags text[] not null,
  scope text not null,
  kind text not null,
  channel_binding text,
  model text,
  instructions text,
  ephemeral boolean not null,
  created_at bigint not null,
  updated_at bigint not null,
  last_message_at bigint,
  turn_count integer not null,
  chapter integer not null,
  ended_at bigint
) with (fillfactor = 80)`,
  `create index session_words on projection.session using gin (projection.words(projection.session_text(title, tags)))
   with (gin_pending_list_limit = 64)`,
  `create type projection.message_role as enum (${roles})`,
  `create type projection.message_status as enum (${statuses})`,
  `
create table projection.message (
  at bigint not null,
  position integer not null,
  chapter integer not null,
  turn integer not null,
  revision integer not null,
  role projection.message_role not null,
  status projection.message_status not null,
  input_tokens integer,
  output_tokens integer,
  cached_input_tokens integer,
  is_estimated boolean,
  session_key text collate "C" not null references projection.session on delete cascade,
  id text collate "C" not null,
  text text not null,
  reply_to text,
  model text,
  from_kind text,
  from_key text,
  problem_code text,
  problem_detail text
)`,
  // A digest of the two, because both as they are would take a third of a short message's own room.
  `
create function projection.message_digest(session_key text, id text) returns uuid
language sql immutable strict parallel safe as $$
  select encode(substr(sha256(convert_to(session_key || ' ' || id, 'UTF8')), 1, 16), 'hex')::uuid
$$`,
  'create unique index message_id on projection.message (projection.message_digest(session_key, id))',
  'create index message_order on projection.message (session_key, chapter, turn, position)',
  `create index message_words on projection.message using gin (projection.words(text))
   with (gin_pending_list_limit = 64)`,
];

/**
 * The sessions in which a query is found: in title and tags (no position), or in messages (the newest one's position).
 * `runs` are patterns for what has to stand together in the text, which the index does not tell. With its own settings,
 * because the index answers a word that is everywhere within the time that reading every text anew would take a hundred
 * times over, and PostgreSQL does not know how slow `words` is.
 */
const findText = `
create function projection.find_text(query tsquery, runs text[])
returns table (session_key text, message_position integer)
language sql stable
set enable_seqscan = off set enable_indexscan = off set enable_sort = off set work_mem = '32MB' as $$
  select key, null::integer from projection.session
  where projection.words(projection.session_text(title, tags)) @@ query
    and projection.session_text(title, tags) like all (runs)
  union all
  select session_key, max(position) from projection.message
  where projection.words(text) @@ query and text like all (runs)
  group by session_key
$$`;

const open = "'held', 'waiting', 'running'";
/**
 * Messages that have no outcome yet, a few at a time. A partial index over the status would be the same, at the price of
 * new index entries for the whole row at each change of status. A trigger keeps them, so no writer can forget to.
 */
const openMessages = [
  `
create table projection.open_message (
  session_key text collate "C" not null,
  id text collate "C" not null,
  status projection.message_status not null
)`,
  'create index open_message_session on projection.open_message (session_key)',
  `
create function projection.keep_open_message() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    delete from projection.open_message where session_key = old.session_key and id = old.id;
  end if;
  if tg_op <> 'DELETE' and new.status in (${open}) then
    insert into projection.open_message values (new.session_key, new.id, new.status);
  end if;
  return null;
end $$`,
  ...Object.entries({
    insert: `new.status in (${open})`,
    update: 'new.status <> old.status',
    delete: `old.status in (${open})`,
  }).map(
    ([event, condition]) => `
create trigger keep_open_on_${event} after ${event} on projection.message for each row
when (${condition}) execute function projection.keep_open_message()`,
  ),
];

const vault = [
  `
create table vault.live_event (
  id bigint generated always as identity primary key,
  session_key text collate "C" not null,
  turn integer not null,
  event json not null
)`,
  'create index live_event_session on vault.live_event (session_key, id)',
  `
create table vault.payload_blob (
  session_key text collate "C" not null,
  sha256 text collate "C" not null,
  bytes bytea not null,
  primary key (session_key, sha256)
)`,
  `
create table vault.receipt (
  id text collate "C" primary key,
  session_key text collate "C" not null,
  reason text not null check (reason in ('deleted', 'ended')),
  requested_at bigint not null,
  erased_at bigint
)`,
  'create index receipt_session on vault.receipt (session_key)',
  'create unique index receipt_open on vault.receipt (session_key) where erased_at is null',
  'create table vault.read_mark (session_key text collate "C" primary key, position integer not null)',
  'create table vault.sign_in_code (hash text primary key, expires_at bigint not null)',
  'create table vault.web_session (hash text primary key, created_at bigint not null, device text not null)',
  'create table vault.setting (name text primary key, value jsonb not null)',
];
