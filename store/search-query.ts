import { sql, type RawBuilder } from 'kysely';
import { lexemesOf, type SearchTerm } from '../domain/search-terms.ts';

/** The parts of a select from `projection.session` that keep the sessions in which every term is found. */
export interface SearchQuery {
  /** For `with`, each followed by a comma. */
  readonly tables: RawBuilder<unknown>;
  readonly joins: RawBuilder<unknown>;
  readonly condition: RawBuilder<unknown>;
  /** The newest message with the terms; null where title and tags have them, which says more. */
  readonly hitPosition: RawBuilder<unknown>;
}

/** The condition that the terms make; without terms nothing is found. */
export function searchQuery(terms: readonly SearchTerm[]): SearchQuery {
  const query = sql`${formatQuery(terms)}::tsquery`;
  const title = sql`projection.session_text(title, tags)`;
  return {
    tables: sql`
      named as materialized (
        select key from projection.session
        where projection.words(${title}) @@ ${query} and ${hasRuns(title, terms)}
      ), said as materialized (
        select session_key, max(position) as position from projection.message
        where projection.words(text) @@ ${query} and ${hasRuns(sql`text`, terms)}
        group by session_key
      ),`,
    joins: sql`
      left join named on named.key = session.key
      left join said on said.session_key = session.key`,
    condition: sql`(named.key is not null or said.session_key is not null)`,
    hitPosition: sql`case when named.key is null then said.position end as hit_position`,
  };
}

/** Whether the characters of each run stand next to each other in the text, which the index does not tell. */
function hasRuns(text: RawBuilder<unknown>, terms: readonly SearchTerm[]): RawBuilder<unknown> {
  const runs = terms.filter((term) => term.kind === 'run' && lexemesOf(term).length > 1);
  return sql.join([sql`true`, ...runs.map((run) => sql`strpos(${text}, ${run.text}) > 0`)], sql` and `);
}

/** Terms hold neither quotes nor backslashes, nor anything else that a tsquery gives a meaning to: those end words. */
function formatQuery(terms: readonly SearchTerm[]): string {
  return terms
    .flatMap(lexemesOf)
    .map(({ text, isPrefix }) => `'${text}'${isPrefix ? ':*' : ''}`)
    .join(' & ');
}
