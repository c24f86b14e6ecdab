import type { z } from 'zod';
import { messageOutcome, type Message, type MessageToolCall } from '../../domain/message.ts';
import type { TurnOutcomeRow } from '../../domain/viewer.ts';
import { createProblem } from '../problem.ts';
import type { messageSchema, outcomeSchema } from '../schemas/message.ts';
import { isoTime } from './time.ts';

/** A message as the contract shows it. */
export function viewMessage(message: Message): z.output<typeof messageSchema> {
  const { id, turn, chapter, role, text, at, status, from, replyTo, model, usage, problem, toolCall } =
    message;
  return {
    id,
    turn,
    chapter,
    role,
    text,
    at: isoTime(at),
    status,
    ...(from === undefined ? {} : { from: { ...from } }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage: { ...usage } }),
    ...(problem === undefined ? {} : { problem: { ...problem } }),
    ...(toolCall === undefined ? {} : { toolCall: viewToolCall(toolCall) }),
  };
}

function viewToolCall({ approval, ...call }: MessageToolCall) {
  if (approval === undefined) return call;
  return { ...call, approval: { id: approval.id, expiresAt: isoTime(approval.expiresAt) } };
}

/** What became of a message: the reply, or why there is none. */
export function viewOutcome(messageId: string, { row }: TurnOutcomeRow): z.output<typeof outcomeSchema> {
  const outcome = messageOutcome(row);
  if (outcome === undefined) throw new TypeError(`Row ${row.id} is no outcome.`);
  const reply = row.role === 'assistant' ? { reply: viewMessage(row) } : {};
  return { messageId, outcome, ...reply, ...viewProblem(row) };
}

/** By the code of a refusal; whatever else went wrong went wrong at the model's. */
const statusOfProblem: Readonly<Record<string, number>> = {
  'session-ended': 410,
  'session-archived': 409,
  'session-busy': 429,
};

function viewProblem({ problem }: Message) {
  if (problem === undefined) return {};
  const { code, detail } = problem;
  return { problem: createProblem(statusOfProblem[code] ?? 502, code, detail) };
}
