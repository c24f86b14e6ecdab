import type { z } from 'zod';
import { sessionStatus } from '../../domain/session-facts.ts';
import type { SessionView } from '../../store/find-session.ts';
import type { SearchHit, SessionPage } from '../../store/list-sessions.ts';
import type { Receipt } from '../../store/receipts.ts';
import type {
  receiptSchema,
  sessionDetailSchema,
  sessionPageSchema,
  sessionSchema,
} from '../schemas/session.ts';
import { isoTime, isoTimeOrNull } from './time.ts';

/** A session as the contract shows it. */
export function viewSession({
  facts,
  running,
  waitingCount,
  unreadCount,
}: SessionView): z.output<typeof sessionSchema> {
  return {
    key: facts.key,
    title: facts.title,
    titleSource: facts.titleSource,
    label: facts.label,
    status: sessionStatus(facts),
    archivedAt: isoTimeOrNull(facts.archivedAt),
    archivedReason: facts.archivedReason,
    pinnedAt: isoTimeOrNull(facts.pinnedAt),
    tags: [...facts.tags],
    scope: facts.scope,
    kind: facts.kind,
    channelBinding: facts.channelBinding,
    model: facts.model,
    busy: facts.busy,
    tools: facts.tools === null ? null : [...facts.tools],
    ephemeral: facts.ephemeral,
    endedAt: isoTimeOrNull(facts.endedAt),
    createdAt: isoTime(facts.createdAt),
    updatedAt: isoTime(facts.updatedAt),
    lastMessageAt: isoTimeOrNull(facts.lastMessageAt),
    chapter: facts.chapter,
    turnCount: facts.turnCount,
    unreadCount,
    running,
    waiting: waitingCount,
  };
}

/** A session with what is too long for lists. */
export function viewSessionDetail(view: SessionView): z.output<typeof sessionDetailSchema> {
  return { ...viewSession(view), instructions: view.facts.instructions };
}

/** A page of sessions; with a search, each says where the words were found. */
export function viewSessionPage({
  items,
  nextCursor,
  counts,
}: SessionPage): z.output<typeof sessionPageSchema> {
  return {
    items: items.map((item) => ({
      ...viewSession(item),
      ...(item.hit === undefined ? {} : { hit: viewHit(item.hit) }),
    })),
    nextCursor,
    counts: { ...counts },
  };
}

/** What is left of a deleted session. */
export function viewReceipt({ requestedAt, erasedAt, ...receipt }: Receipt): z.output<typeof receiptSchema> {
  return { ...receipt, requestedAt: isoTime(requestedAt), erasedAt: isoTimeOrNull(erasedAt) };
}

function viewHit({ messageId, chapter, snippet, ranges }: SearchHit) {
  return { messageId, chapter, snippet, ranges: ranges.map(([from, to]): [number, number] => [from, to]) };
}
