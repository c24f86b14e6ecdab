import type { Message } from '../../domain/message.ts';
import type { SessionChanges } from '../../domain/session-changes.ts';
import type { SessionFacts } from '../../domain/session-facts.ts';

/** A moment in milliseconds since the epoch; the tests' clock. */
export const start = 1_700_000_000_000;

export const buildFacts = (facts: Partial<SessionFacts> & Pick<SessionFacts, 'key'>): SessionFacts => ({
  title: 'Untitled',
  titleSource: 'message',
  label: null,
  archivedAt: null,
  archivedReason: null,
  pinnedAt: null,
  tags: [],
  scope: 'per-channel',
  kind: 'direct',
  channelBinding: null,
  model: null,
  instructions: null,
  busy: null,
  tools: null,
  ephemeral: false,
  createdAt: start,
  updatedAt: start,
  lastMessageAt: null,
  turnCount: 0,
  chapter: 1,
  endedAt: null,
  ...facts,
});

export const buildMessage = (message: Partial<Message> & Pick<Message, 'id' | 'position'>): Message => ({
  turn: Math.ceil(message.position / 2),
  chapter: 1,
  role: message.position % 2 === 1 ? 'user' : 'assistant',
  text: `text of ${message.id}`,
  at: start + message.position,
  status: message.position % 2 === 1 ? 'done' : 'complete',
  revision: message.position + 1,
  ...message,
});

/** Everything of a session at once, as after its first projection. */
export function buildChanges(
  facts: Partial<SessionFacts> & Pick<SessionFacts, 'key'>,
  messages: readonly (Partial<Message> & Pick<Message, 'id' | 'position'>)[] = [],
): SessionChanges {
  const rows = messages.map(buildMessage);
  const revision = Math.max(2, ...rows.map((row) => row.revision));
  return {
    fromRevision: 0,
    fromPosition: 0,
    revision,
    facts: buildFacts({ turnCount: Math.max(0, ...rows.map((row) => row.turn)), ...facts }),
    messages: rows,
  };
}
