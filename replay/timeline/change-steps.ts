import type { Message } from '../../domain/message.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { outcomeSteps } from './outcome-steps.ts';
import { archiveSteps } from './signal-steps.ts';
import { toolSteps } from './tool-steps.ts';
import { formatWait } from './format-wait.ts';
import type { NewStep } from './timeline-step.ts';

/**
 * What a session did by itself between its last signal of a task and the task's end. `held` has the ids of the messages that
 * waited in the archive at some time; `taskAt` is when the task ended.
 */
export function changeSteps(
  before: SessionState,
  after: SessionState,
  held: ReadonlySet<string>,
  taskAt: number,
): readonly NewStep[] {
  if (before === after) return [];
  const at = after.facts.updatedAt;
  return [
    ...toolSteps(before, after, taskAt),
    ...outcomeSteps(before, after, at),
    ...modelTitleSteps(before, after, at),
    ...archiveSteps({ before, after, at }),
    ...turnWaitSteps(before, after, held),
  ];
}

function modelTitleSteps(before: SessionState, after: SessionState, at: number): readonly NewStep[] {
  const { title: name, titleSource } = after.facts;
  if (titleSource !== 'model' || before.facts.title === name) return [];
  const title = `The model named the session “${name}”.`;
  return [{ kind: 'rename', at, turn: null, title, name, by: 'model' }];
}

/** A turn that began for messages that could not begin theirs when they came. */
function turnWaitSteps(
  before: SessionState,
  after: SessionState,
  held: ReadonlySet<string>,
): readonly NewStep[] {
  const running = after.running;
  if (running === null || running.turn === before.running?.turn) return [];
  const first = after.messages.find((row) => row.id === running.messageIds[0]);
  const entry = before.inbox.find(({ id }) => id === first?.id);
  if (first === undefined || entry === undefined) return [];
  if (held.has(first.id)) return [waitedStep(first, after.facts.updatedAt, 'archive')];
  return entry.foundIdle ? [] : [waitedStep(first, after.facts.updatedAt, 'turn')];
}

function waitedStep(row: Message, at: number, reason: 'turn' | 'archive'): NewStep {
  const waitedMs = Math.max(0, at - row.at);
  const what = reason === 'turn' ? 'the turns before it' : 'the session to return';
  const title = `Turn ${row.turn} waited ${formatWait(waitedMs)} for ${what}.`;
  return { kind: 'waited', at, turn: row.turn, title, for: reason, waitedMs };
}
