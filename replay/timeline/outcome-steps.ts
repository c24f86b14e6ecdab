import { messageOutcome, type Message } from '../../domain/message.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { NewStep } from './timeline-step.ts';

/** The outcomes that `after` has and `before` had not, in order. */
export function outcomeSteps(before: SessionState, after: SessionState, at: number): readonly NewStep[] {
  const known = new Set(before.messages.map((row) => row.id));
  return after.messages.flatMap((row) => (known.has(row.id) ? [] : outcomeStep(row, at)));
}

function outcomeStep(row: Message, at: number): readonly NewStep[] {
  const place = { at, turn: row.turn, messageId: row.id };
  const outcome = messageOutcome(row);
  switch (outcome) {
    case undefined:
      return [];
    case 'replied':
      return [{ ...place, kind: 'reply', outcome, title: `Turn ${row.turn} was answered.` }];
    case 'interrupted':
      return [
        { ...place, kind: 'reply', outcome, title: `Turn ${row.turn} ended before its answer was whole.` },
      ];
    case 'withdrawn':
      return [
        {
          ...place,
          kind: 'withdraw',
          messageId: row.replyTo ?? row.id,
          title: 'A waiting message was withdrawn.',
        },
      ];
    case 'failed':
    case 'refused': {
      const problem = row.problem?.code ?? outcome;
      return [
        { ...place, kind: 'failed', problem, title: `Turn ${row.turn} was ${verb[outcome]}: ${problem}.` },
      ];
    }
    default:
      return unknownOutcome(outcome);
  }
}

const verb = { failed: 'not answered', refused: 'refused' } as const;

function unknownOutcome(outcome: never): never {
  throw new Error(`Unknown outcome ${String(outcome)}.`);
}
