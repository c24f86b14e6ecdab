import { sql, type RawBuilder } from 'kysely';
import { lexemesOf, type SearchTerm } from '../domain/search-terms.ts';

/** The parts of a select from `projection.session` that keep the sessions in which every term is found. */
export interface SearchQuery {
  /** For `with`, followed by a comma. */
  readonly table: RawBuilder<unknown>;
  readonly join: RawBuilder<unknown>;
  /** The newest message with the terms; null where title and tags have them, which says more. */
  readonly hitPosition: RawBuilder<unknown>;
}

/** The search for the terms; without terms nothing is found. */
export function searchQuery(terms: readonly SearchTerm[]): SearchQuery {
  return {
    table: sql`
      found as materialized (
        select session_key,
          case when bool_and(message_position is not null) then max(message_position) end as position
        from projection.find_text(${formatQuery(terms)}::tsquery, ${formatRuns(terms)}::text[])
        group by session_key
      ),`,
    join: sql`join found on found.session_key = session.key`,
    hitPosition: sql`found.position as hit_position`,
  };
}

/** Terms hold neither quotes nor backslashes, nor anything else that a tsquery gives a meaning to: those end words. */
const formatQuery = (terms: readonly SearchTerm[]): string =>
  terms
    .flatMap(lexemesOf)
    .map(({ text, isPrefix }) => `'${text}'${isPrefix ? ':*' : ''}`)
    .join(' & ');

/** Patterns for `like`: runs hold no wildcards. */
const formatRuns = (terms: readonly SearchTerm[]): readonly string[] =>
  terms.filter((term) => term.kind === 'run' && lexemesOf(term).length > 1).map((term) => `%${term.text}%`);
