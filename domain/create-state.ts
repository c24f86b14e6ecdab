import type { SessionCreate } from './session-create.ts';
import type { Message } from './message.ts';
import type { SessionFacts } from './session-facts.ts';
import { defaultContextLimit, type SessionState } from './session-state.ts';
import { lastToolCall } from './tools/call-id.ts';

/** The state of a session that was just created, or forked from another with its rows. */
export function createState(key: string, create: SessionCreate): SessionState {
  const messages = forkedRows(create);
  const facts = initialFacts(key, create);
  return {
    version: 1,
    facts: { ...facts, turnCount: create.fork === undefined ? 0 : create.fork.turn },
    settings: create.settings,
    revision: 1,
    projectedRevision: 0,
    urgentRevision: 1,
    position: messages.length,
    // Calls of tools keep the names that they had in the origin.
    callCount: lastToolCall(messages),
    messages,
    inbox: [],
    seen: [],
    summary: null,
    running: null,
    calls: [],
    wanted: create.settings.resetPrompt === null || create.fork !== undefined ? [] : ['greeting'],
    contextLimit: defaultContextLimit,
    lastActiveAt: create.at,
    isClosing: false,
    ...(create.account === undefined ? {} : { account: create.account }),
  };
}

function initialFacts(key: string, create: SessionCreate): SessionFacts {
  const named = create.label ?? create.title;
  return {
    key,
    title: named ?? '',
    titleSource: named === undefined ? 'none' : 'person',
    label: create.label ?? null,
    archivedAt: null,
    archivedReason: null,
    pinnedAt: null,
    tags: create.tags ?? [],
    scope: create.scope,
    kind: create.kind,
    channelBinding: create.channelBinding ?? null,
    model: create.model ?? null,
    instructions: create.instructions ?? null,
    busy: create.busy ?? null,
    tools: create.tools ?? null,
    ephemeral: create.ephemeral ?? false,
    createdAt: create.at,
    updatedAt: create.at,
    lastMessageAt: create.fork?.messages.at(-1)?.at ?? null,
    turnCount: 0,
    chapter: 1,
    endedAt: null,
  };
}

/** The origin's rows as the fork's own first rows: one chapter, positions from 1, ids kept (they are unique per session). */
function forkedRows(create: SessionCreate): readonly Message[] {
  return (create.fork?.messages ?? []).map((row, index) => ({
    ...row,
    chapter: 1,
    position: index + 1,
    revision: 1,
  }));
}
