import { sql } from 'kysely';
import type { KnownTool, ToolDefinition, ToolSource } from '../domain/tools/tool-definition.ts';
import type { Database } from './database.ts';

/** Workers tell of their tools again well within this time; what is older is of one that is gone. Milliseconds. */
const staleMs = 120_000;

/**
 * Tells all processes which tools a worker has, as of `now`; sources that it does not name are gone. Definitions are stored
 * once, by their hash.
 */
export async function saveToolSources(
  { kysely }: Database,
  sources: readonly ToolSource[],
  now: number,
): Promise<void> {
  const tools = sources.flatMap((source) => source.tools);
  const definitions = JSON.stringify(tools.map(({ hash, definition }) => ({ hash, definition })));
  const rows = JSON.stringify(sources.map((source) => ({ ...source, tools: source.tools.map(withoutText) })));
  await kysely.transaction().execute(async (transaction) => {
    await sql`
      insert into vault.tool_definition (sha256, definition)
      select distinct on (given.hash) given.hash, given.definition
      from jsonb_to_recordset(${definitions}::jsonb) as given (hash text, definition jsonb)
      order by given.hash
      on conflict do nothing
    `.execute(transaction);
    await sql`
      insert into vault.tool_source (name, kind, state, problem, tools, seen_at)
      select given.name, given.kind, given.state, given.problem, given.tools, ${now}
      from jsonb_to_recordset(${rows}::jsonb)
        as given (name text, kind text, state text, problem text, tools jsonb)
      order by given.name
      on conflict (name) do update set kind = excluded.kind, state = excluded.state,
        problem = excluded.problem, tools = excluded.tools, seen_at = excluded.seen_at
    `.execute(transaction);
    await sql`
      delete from vault.tool_source where name <> all(${sources.map(({ name }) => name)}::text[])
    `.execute(transaction);
  });
}

/** The sources that workers told of not long before `now`, the built-in one first. */
export async function listToolSources({ kysely }: Database, now: number): Promise<readonly ToolSource[]> {
  const { rows } = await sql<ToolSource>`
    select source.name, source.kind, source.state, source.problem, coalesce((
      select jsonb_agg(tool.value || jsonb_build_object('definition', stored.definition) order by tool.place)
      from jsonb_array_elements(source.tools) with ordinality as tool (value, place)
      join vault.tool_definition as stored on stored.sha256 = tool.value ->> 'hash'
    ), '[]') as tools
    from vault.tool_source as source
    where source.seen_at > ${now - staleMs}
    order by source.kind <> 'built-in', source.name
  `.execute(kysely);
  return rows;
}

/** Stores which definitions a set has, so that the hash in a history can be looked up. */
export async function saveToolSet(
  { kysely }: Database,
  hash: string,
  definitions: readonly string[],
): Promise<void> {
  await sql`
    insert into vault.tool_set (sha256, definitions) values (${hash}, ${definitions}::text[])
    on conflict do nothing
  `.execute(kysely);
}

/** The definitions of a set, undefined for a hash that stands for none. */
export async function findToolSet(
  { kysely }: Database,
  hash: string,
): Promise<readonly ToolDefinition[] | undefined> {
  const { rows } = await sql<{ definitions: readonly ToolDefinition[] }>`
    select coalesce((
      select jsonb_agg(stored.definition order by part.place)
      from unnest(definitions) with ordinality as part (hash, place)
      join vault.tool_definition as stored on stored.sha256 = part.hash
    ), '[]') as definitions
    from vault.tool_set where sha256 = ${hash}
  `.execute(kysely);
  return rows[0]?.definitions;
}

const withoutText = ({ hash, isIdempotent, needsApproval }: KnownTool) => ({
  hash,
  isIdempotent,
  needsApproval,
});
