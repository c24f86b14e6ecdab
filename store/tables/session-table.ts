import type { SessionFacts } from '../../domain/session-facts.ts';
import { storableText } from '../storable-text.ts';

/** `projection.session`: the facts of one session, times in milliseconds since the epoch. */
export interface SessionTable {
  readonly key: string;
  readonly revision: number;
  readonly title: string;
  readonly title_source: SessionFacts['titleSource'];
  readonly label: string | null;
  readonly archived_at: number | null;
  readonly archived_reason: string | null;
  readonly pinned_at: number | null;
  readonly tags: readonly string[];
  readonly scope: SessionFacts['scope'];
  readonly kind: SessionFacts['kind'];
  readonly channel_binding: string | null;
  readonly model: string | null;
  readonly instructions: string | null;
  readonly busy: SessionFacts['busy'];
  readonly tools: readonly string[] | null;
  readonly ephemeral: boolean;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_message_at: number | null;
  readonly turn_count: number;
  readonly chapter: number;
  readonly ended_at: number | null;
}

/** What a later revision overwrites. */
export const sessionColumns = [
  'revision',
  'title',
  'title_source',
  'label',
  'archived_at',
  'archived_reason',
  'pinned_at',
  'tags',
  'scope',
  'kind',
  'channel_binding',
  'model',
  'instructions',
  'busy',
  'tools',
  'ephemeral',
  'created_at',
  'updated_at',
  'last_message_at',
  'turn_count',
  'chapter',
  'ended_at',
] as const satisfies readonly (keyof SessionTable)[];

/** The row of a session's facts at a revision. */
export function toSessionRow(facts: SessionFacts, revision: number): SessionTable {
  return {
    key: facts.key,
    revision,
    title: storableText(facts.title),
    title_source: facts.titleSource,
    label: storableText(facts.label),
    archived_at: facts.archivedAt,
    archived_reason: storableText(facts.archivedReason),
    pinned_at: facts.pinnedAt,
    tags: facts.tags.map(storableText),
    scope: facts.scope,
    kind: facts.kind,
    channel_binding: storableText(facts.channelBinding),
    model: storableText(facts.model),
    instructions: storableText(facts.instructions),
    busy: facts.busy,
    tools: facts.tools,
    ephemeral: facts.ephemeral,
    created_at: facts.createdAt,
    updated_at: facts.updatedAt,
    last_message_at: facts.lastMessageAt,
    turn_count: facts.turnCount,
    chapter: facts.chapter,
    ended_at: facts.endedAt,
  };
}

/** The facts that a row holds. */
export function toFacts(row: SessionTable): SessionFacts {
  return {
    key: row.key,
    title: row.title,
    titleSource: row.title_source,
    label: row.label,
    archivedAt: row.archived_at,
    archivedReason: row.archived_reason,
    pinnedAt: row.pinned_at,
    tags: row.tags,
    scope: row.scope,
    kind: row.kind,
    channelBinding: row.channel_binding,
    model: row.model,
    instructions: row.instructions,
    busy: row.busy,
    tools: row.tools,
    ephemeral: row.ephemeral,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastMessageAt: row.last_message_at,
    turnCount: row.turn_count,
    chapter: row.chapter,
    endedAt: row.ended_at,
  };
}
