import { sql, type RawBuilder } from 'kysely';
import { createSnippet } from '../domain/search-snippet.ts';
import { parseSearch, type SearchTerm } from '../domain/search-terms.ts';
import { badCursor, formatCursor, parseCursor, type CursorValue } from './cursor.ts';
import type { Database } from './database.ts';
import {
  liveColumns,
  liveJoins,
  toSessionView,
  type SessionView,
  type SessionViewRow,
} from './find-session.ts';
import { searchQuery } from './search-query.ts';

export interface SessionQuery {
  readonly status: 'active' | 'archived' | 'pinned' | 'all';
  /** Words in title and tags, or in one message. Only blanks: no restriction. Only punctuation: finds nothing. */
  readonly q?: string;
  readonly tag?: string;
  /** A channel binding, or the beginning of one up to a colon. */
  readonly channel?: string;
  readonly sort: 'recent' | 'created' | 'title';
  /** At least 1. */
  readonly limit: number;
  readonly cursor?: string;
}

/** Where the words were found; both ids are null when it was in title or tags. */
export interface SearchHit {
  readonly messageId: string | null;
  readonly chapter: number | null;
  readonly snippet: string;
  /** `[start, end)` in UTF-16 units of the snippet. */
  readonly ranges: readonly (readonly [number, number])[];
}

export interface SessionPage {
  readonly items: readonly (SessionView & { readonly hit?: SearchHit })[];
  readonly nextCursor: string | null;
  /** How many sessions each tab would list with the same `q`, `tag` and `channel`. */
  readonly counts: TabCounts;
}

interface TabCounts {
  readonly active: number;
  readonly archived: number;
  readonly pinned: number;
  readonly all: number;
}

interface ListedRow extends SessionViewRow {
  readonly rank: number;
  readonly number: number;
  readonly word: string;
  readonly hit_id: string | null;
  readonly hit_chapter: number | null;
  readonly hit_text: string | null;
}
/** The counts come with every row, and with one that is otherwise empty when the page is. */
type AnswerRow = TabCounts & (ListedRow | { readonly key: null });

/**
 * A page of sessions, each at most once, with the counts of all tabs. An ephemeral session that has ended is listed under
 * `all` alone. A session that moves while somebody pages through is shown where it then is; none that stays is left out or
 * repeated. Throws AtriumError `bad-cursor`.
 */
export async function listSessions({ kysely }: Database, query: SessionQuery): Promise<SessionPage> {
  const isSearch = query.q !== undefined && query.q.trim() !== '';
  const terms = parseSearch(query.q ?? '');
  const after = query.cursor === undefined ? undefined : placeAfter(query.cursor, query);
  const { rows } = await selectPage(query, isSearch ? terms : undefined, after).execute(kysely);
  const found = rows.filter((row): row is TabCounts & ListedRow => row.key !== null);
  const shown = found.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({ ...toSessionView(row), ...(isSearch ? { hit: toHit(row, terms) } : {}) })),
    nextCursor:
      last === undefined || found.length === shown.length
        ? null
        : formatCursor(listOf(query), [last.rank, last.number, last.word, last.key]),
    counts: toCounts(rows[0]),
  };
}

/** Everything that decides what the list holds and in which order. */
const listOf = ({ status, q, tag, channel, sort }: SessionQuery): string =>
  JSON.stringify([status, sort, q?.trim() ?? '', tag ?? null, channel ?? null]);

function placeAfter(cursor: string, query: SessionQuery): readonly CursorValue[] {
  const place = parseCursor(cursor, listOf(query), [0, 0, '', '']);
  if (place === undefined) throw badCursor();
  return place;
}

/**
 * One statement, so that page and counts are of one moment and the words are looked up once. Every order is ascending over
 * `(rank, number, word, key)`.
 */
function selectPage(
  query: SessionQuery,
  terms: readonly SearchTerm[] | undefined,
  after: readonly CursorValue[] | undefined,
): RawBuilder<AnswerRow> {
  const search = terms === undefined ? undefined : searchQuery(terms);
  const isAfter = after === undefined ? sql`true` : sql`(rank, number, word, key) > (${sql.join(after)})`;
  return sql<AnswerRow>`
    with ${search === undefined ? sql`` : search.table}
    matching as materialized (
      select session.key, session.archived_at, session.pinned_at, session.ended_at, ${orderColumns(query)},
        ${search === undefined ? sql`null::integer as hit_position` : search.hitPosition}
      from projection.session ${search === undefined ? sql`` : search.join}
      where ${filters(query)}
    ), counts as (
      select count(*) as all,
        count(*) filter (where ${inTab.active}) as active,
        count(*) filter (where ${inTab.archived}) as archived,
        count(*) filter (where ${inTab.pinned}) as pinned
      from matching
    ), page as (
      select key, rank, number, word, hit_position from matching
      where ${inTab[query.status]} and ${isAfter}
      order by rank, number, word, key
      limit ${query.limit + 1}
    )
    select counts.*, page.rank, page.number, page.word, session.*, ${liveColumns},
      hit.id as hit_id, hit.chapter as hit_chapter, hit.text as hit_text
    from counts
    left join page on true
    left join projection.session on session.key = page.key
    left join lateral (
      select id, chapter, text from projection.message
      where session_key = page.key and position = page.hit_position order by revision desc limit 1
    ) as hit on true
    ${liveJoins(sql`page.key`)}
    order by page.rank, page.number, page.word, page.key`;
}

const inTab = {
  active: sql`(archived_at is null and ended_at is null)`,
  archived: sql`(archived_at is not null and ended_at is null)`,
  pinned: sql`(pinned_at is not null and archived_at is null and ended_at is null)`,
  all: sql`true`,
};

function orderColumns({ sort, status }: SessionQuery): RawBuilder<unknown> {
  const pinnedFirst = status === 'active' ? sql`(pinned_at is null)::integer` : sql`0`;
  switch (sort) {
    case 'recent':
      return sql`${pinnedFirst} as rank, -coalesce(last_message_at, created_at) as number, ''::text collate "C" as word`;
    case 'created':
      return sql`0 as rank, -created_at as number, ''::text collate "C" as word`;
    case 'title':
      return sql`0 as rank, 0::bigint as number, lower(title) collate "C" as word`;
    default:
      return sort satisfies never;
  }
}

function filters({ tag, channel }: SessionQuery): RawBuilder<unknown> {
  const hasTag = tag === undefined ? sql`true` : sql`${tag} = any(tags)`;
  const isOfChannel =
    channel === undefined
      ? sql`true`
      : sql`(channel_binding = ${channel} or starts_with(channel_binding, ${`${channel}:`}))`;
  return sql`${hasTag} and ${isOfChannel} and ${isNotBeingErased}`;
}

/** Its row is there for a moment more, but to everybody it is deleted. */
const isNotBeingErased = sql`
  not exists (select from vault.receipt where session_key = session.key and erased_at is null)`;

function toHit(row: ListedRow, terms: readonly SearchTerm[]): SearchHit {
  const { text, ranges } = createSnippet(row.hit_text ?? [row.title, ...row.tags].join(' '), terms);
  return { messageId: row.hit_id, chapter: row.hit_chapter, snippet: text, ranges };
}

const toCounts = (row: TabCounts | undefined): TabCounts => ({
  active: row?.active ?? 0,
  archived: row?.archived ?? 0,
  pinned: row?.pinned ?? 0,
  all: row?.all ?? 0,
});
