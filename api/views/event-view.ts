import type { AnySessionEvent } from '../../engine/following/follow-all.ts';
import type { SessionEvent } from '../../engine/following/session-event.ts';
import type { Message, MessageToolCall } from '../../domain/message.ts';
import { cutMiddle } from '../../domain/tools/cut-middle.ts';
import { viewOutcome } from './message-view.ts';
import { viewSession } from './session-view.ts';
import { isoTime } from './time.ts';

/** The data of an event as the contract shows it; its kind is the event's name. */
export function viewEvent(event: SessionEvent | AnySessionEvent): Readonly<Record<string, unknown>> {
  return { session: event.session, turn: event.turn, at: isoTime(event.at), ...viewContent(event) };
}

function viewContent(event: SessionEvent | AnySessionEvent): Readonly<Record<string, unknown>> {
  switch (event.kind) {
    case 'turn.started':
      return { messageIds: event.messageIds, attempt: event.attempt, model: event.model };
    case 'turn.waiting': {
      const { place, reason, retryAt } = event;
      return { place, reason, ...(retryAt === undefined ? {} : { retryAt: isoTime(retryAt) }) };
    }
    case 'token':
      return { attempt: event.attempt, text: event.text, end: event.end };
    case 'turn.reset':
      return { attempt: event.attempt, reason: event.reason };
    case 'tool':
      return viewTool(event.row, event.toolCall);
    case 'turn.finished': {
      const { messageId: _, ...outcome } = viewOutcome('', event);
      return { ...outcome, messageIds: event.messageIds };
    }
    case 'session.changed':
      return { session: viewSession(event.view) };
    case 'session.deleted':
    case 'stream.reset':
      return {};
    default:
      return event satisfies never;
  }
}

/** Enough of a result, or of what was asked, to know what it is about; characters. */
const longestSummary = 300;

function viewTool({ text }: Message, { callId, name, state, arguments: given, approval }: MessageToolCall) {
  const isOpen = state === 'approval' || state === 'started';
  return {
    callId,
    name,
    state,
    summary: cutMiddle(isOpen ? given : text, longestSummary),
    ...(approval === undefined
      ? {}
      : { approval: { id: approval.id, expiresAt: isoTime(approval.expiresAt) } }),
  };
}
