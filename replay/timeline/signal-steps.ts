import type { Message } from '../../domain/message.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { ConfigureSignal } from '../../domain/commands.ts';
import { titleFromMessage } from '../../domain/title.ts';
import { outcomeSteps } from './outcome-steps.ts';
import type { NewStep } from './timeline-step.ts';
import { toolSteps } from './tool-steps.ts';

/** One signal, and the session before and after it. */
export interface TakenSignal {
  readonly name: string;
  readonly payload: unknown;
  readonly at: number;
  readonly before: SessionState;
  readonly after: SessionState;
}

/** What a signal did; nothing when it changed nothing (a duplicate, a repeated verb, a name that is not known). */
export function signalSteps(signal: TakenSignal): readonly NewStep[] {
  if (signal.after === signal.before) return [];
  const { at, before, after } = signal;
  const turn = after.running?.turn ?? null;
  switch (signal.name) {
    case 'post':
      return postSteps(signal);
    case 'archive':
      return archiveSteps(signal);
    case 'restore':
      return restoreSteps(signal);
    case 'pin':
      return [{ kind: 'pin', at, turn, title: 'The session was pinned.' }];
    case 'unpin':
      return [{ kind: 'unpin', at, turn, title: 'The session was unpinned.' }];
    case 'rename':
      return [renameStep(after, at)];
    case 'configure':
      return [configureStep(signal)];
    case 'reset':
      return [resetStep(after, at)];
    case 'approve':
      return toolSteps(before, after, at);
    default:
      return [...interruptSteps(before, after, at), ...outcomeSteps(before, after, at)];
  }
}

function postSteps(signal: TakenSignal): readonly NewStep[] {
  const { before, after, at } = signal;
  const known = new Set(before.messages.map((row) => row.id));
  const message = after.messages.find((row) => row.role === 'user' && !known.has(row.id));
  if (message === undefined) return [];
  return [
    messageStep(message, at),
    ...restoreSteps(signal),
    ...interruptSteps(before, after, at),
    ...outcomeSteps(before, after, at),
  ];
}

function messageStep(row: Message, at: number): NewStep {
  const sender = row.from === undefined ? 'A person' : `The ${row.from.kind} ${row.from.key}`;
  const held = row.status === 'held' ? ' It is held until the session returns.' : '';
  return {
    kind: 'message',
    at,
    turn: row.turn,
    title: `${sender} wrote: “${titleFromMessage(row.text)}”${held}`,
    messageId: row.id,
    from: row.from ?? null,
  };
}

export function archiveSteps({
  before,
  after,
  at,
}: Omit<TakenSignal, 'name' | 'payload'>): readonly NewStep[] {
  if (before.facts.archivedAt !== null || after.facts.archivedAt === null) return [];
  const reason = after.facts.archivedReason;
  const why = reason === null ? '' : ` (${reason})`;
  return [{ kind: 'archive', at, turn: null, title: `The session was archived${why}.`, reason }];
}

function restoreSteps({ before, after, at, name }: TakenSignal): readonly NewStep[] {
  if (before.facts.archivedAt === null || after.facts.archivedAt !== null) return [];
  const how = name === 'post' ? 'A message brought the session back.' : 'The session was restored.';
  return [{ kind: 'restore', at, turn: null, title: how }];
}

const renameStep = (after: SessionState, at: number): NewStep => ({
  kind: 'rename',
  at,
  turn: null,
  title: `A person named the session “${after.facts.title}”.`,
  name: after.facts.title,
  by: 'person',
});

function configureStep({ payload, at }: TakenSignal): NewStep {
  // What the workflow took without an error is an object of this shape.
  const changed = Object.keys(payload as ConfigureSignal);
  return {
    kind: 'configure',
    at,
    turn: null,
    title: `The session’s settings were changed: ${changed.join(', ')}.`,
    changed,
  };
}

const resetStep = ({ facts }: SessionState, at: number): NewStep => ({
  kind: 'reset',
  at,
  turn: null,
  title: `The session was reset; chapter ${facts.chapter} began.`,
  chapter: facts.chapter,
});

function interruptSteps(before: SessionState, after: SessionState, at: number): readonly NewStep[] {
  const running = after.running;
  if (running?.isInterrupted !== true || before.running?.isInterrupted === true) return [];
  return [{ kind: 'interrupt', at, turn: running.turn, title: `Turn ${running.turn} was asked to stop.` }];
}
