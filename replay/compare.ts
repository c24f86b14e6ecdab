import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../domain/message.ts';
import type { SessionFacts } from '../domain/session-facts.ts';
import type { ReplayedSession } from './replay-session.ts';

/** A session as the database shows it. */
export interface StoredSession {
  readonly facts: SessionFacts;
  readonly revision: number;
  readonly messages: readonly Message[];
}

/** One place where histories and database disagree (I9). Values are named, never quoted: a report may travel. */
export interface Difference {
  readonly key: string;
  readonly kind:
    | 'missing-session'
    | 'unknown-session'
    | 'behind'
    | 'fact'
    | 'missing-row'
    | 'extra-row'
    | 'row';
  /** The fact, or the id of the row and its field. */
  readonly at: string;
}

/** Where the database differs from what the histories say; both at the same revision. */
export function compareSession(
  replayed: ReplayedSession,
  stored: StoredSession | undefined,
): readonly Difference[] {
  const { key } = replayed;
  if (stored === undefined) return [{ key, kind: 'missing-session', at: key }];
  if (stored.revision !== replayed.revision)
    return [{ key, kind: 'behind', at: `revision ${stored.revision} of ${replayed.revision}` }];
  return [...compareFacts(replayed, stored), ...compareRows(replayed, stored)];
}

function compareFacts({ key, facts }: ReplayedSession, stored: StoredSession): readonly Difference[] {
  return differingFields(facts, stored.facts).map((name) => ({ key, kind: 'fact', at: name }));
}

function compareRows(replayed: ReplayedSession, stored: StoredSession): readonly Difference[] {
  const { key, baseRevision } = replayed;
  const known = new Map(replayed.messages.map((row) => [row.id, row]));
  const held = new Map(stored.messages.map((row) => [row.id, row]));
  const fromHistories = replayed.messages.flatMap((row): Difference[] => {
    const other = held.get(row.id);
    if (other === undefined) return [{ key, kind: 'missing-row', at: row.id }];
    return differingFields(row, other).map((name) => ({ key, kind: 'row', at: `${row.id}: ${name}` }));
  });
  const extra = stored.messages
    .filter((row) => !known.has(row.id) && (row.revision > baseRevision || baseRevision === 0))
    .map((row): Difference => ({ key, kind: 'extra-row', at: row.id }));
  return [...fromHistories, ...extra];
}

/** The names whose values differ; a field that is undefined is one that is not there. */
function differingFields(one: object, other: object): readonly string[] {
  const [left, right] = [plain(one), plain(other)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (name) => !isDeepStrictEqual(left[name], right[name]),
  );
}

/** A copy as it would come back from JSON: the sandbox's objects have prototypes of their own, which would differ. */
const plain = (value: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
