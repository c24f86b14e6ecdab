import { messageOutcome, type Message } from '../../domain/message.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { titleFromMessage } from '../../domain/title.ts';
import type { NewStep } from './timeline-step.ts';

/** The outcomes that `after` has and `before` had not, in order. */
export function outcomeSteps(before: SessionState, after: SessionState, at: number): readonly NewStep[] {
  const known = new Set(before.messages.map((row) => row.id));
  return after.messages.flatMap((row) => (known.has(row.id) ? [] : outcomeStep(row, at)));
}

function outcomeStep(row: Message, at: number): readonly NewStep[] {
  const { turn } = row;
  const place = { at, turn, messageId: row.id };
  const words = titleFromMessage(row.text);
  const outcome = messageOutcome(row);
  switch (outcome) {
    case undefined:
      return [];
    case 'replied':
      return [{ ...place, kind: 'reply', outcome, title: `The answer of turn ${turn}: “${words}”` }];
    case 'interrupted':
      return [{ ...place, kind: 'reply', outcome, title: `Turn ${turn} was stopped: “${words}”` }];
    case 'withdrawn': {
      const messageId = row.replyTo ?? row.id;
      return [{ kind: 'withdraw', at, turn, messageId, title: 'A waiting message was withdrawn.' }];
    }
    case 'failed':
    case 'refused': {
      const problem = row.problem?.code ?? outcome;
      const what = outcome === 'failed' ? 'could not be answered' : 'was refused';
      return [{ ...place, kind: 'failed', problem, title: `Turn ${turn} ${what}: ${problem}.` }];
    }
    default:
      return unknownOutcome(outcome);
  }
}

function unknownOutcome(outcome: never): never {
  throw new Error(`Unknown outcome ${String(outcome)}.`);
}
