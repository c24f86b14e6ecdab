import type { Message, MessageToolCall } from '../../domain/message.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { formatWait } from './format-wait.ts';
import type { NewStep } from './timeline-step.ts';

/** The calls of tools that are in another state than before, in order. */
export function toolSteps(before: SessionState, after: SessionState, at: number): readonly NewStep[] {
  if (!after.messages.some(({ toolCall }) => toolCall !== undefined)) return [];
  const known = new Map(before.messages.map((row) => [row.id, row.toolCall?.state]));
  return after.messages.flatMap((row) => {
    const { toolCall } = row;
    const isNew = toolCall !== undefined && known.get(row.id) !== toolCall.state;
    return isNew ? [toolStep(row, toolCall, at)] : [];
  });
}

function toolStep(row: Message, { callId, name, state }: MessageToolCall, at: number): NewStep {
  const tookMs = Math.max(0, at - row.at);
  const isOver = state !== 'started' && state !== 'approval';
  const title = titleOf(name, state, formatWait(tookMs));
  return { kind: 'tool', at, turn: row.turn, title, callId, name, state, ...(isOver ? { tookMs } : {}) };
}

function titleOf(name: string, state: MessageToolCall['state'], took: string): string {
  switch (state) {
    case 'approval':
      return `A person was asked whether ${name} may be used.`;
    case 'started':
      return `The tool ${name} was called.`;
    case 'done':
      return `The tool ${name} gave its result after ${took}.`;
    case 'failed':
      return `The tool ${name} gave no result after ${took}.`;
    case 'unknown':
      return `Nobody can say how the tool ${name} ended, after ${took}.`;
    default:
      return state satisfies never;
  }
}
