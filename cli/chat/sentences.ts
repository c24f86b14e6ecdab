/** What a chat says about a turn: in the status line while it goes on, and beside the reply. */
import type { Outcome, Problem } from '../client/answers.ts';
import type { SessionEvent } from '../client/session-event.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { formatSpan } from '../output/relative-time.ts';

type Waiting = Extract<SessionEvent, { kind: 'turn.waiting' }>;

export function waitingSentence({ place, reason, retryAt }: Waiting, now: number): string {
  const ahead = place > 0 ? `, ${place} ahead` : '';
  const wait = retryAt === undefined ? Number.NaN : Date.parse(retryAt) - now;
  const again = wait > 0 ? `, tried again in ${formatSpan(wait)}` : '';
  switch (reason) {
    case 'backoff':
      return `the model did not answer${again || ', tried again soon'}${ahead}`;
    case 'rate':
    case 'tokens':
      return `waiting for the provider's limit${ahead}${again}`;
    default:
      return `waiting for the model${ahead}${again}`;
  }
}

type ToolEvent = Extract<SessionEvent, { kind: 'tool' }>;

/** What to say of a tool's call beside the conversation; undefined while there is nothing new for a person. */
export function toolSentence({ name, state, summary = '' }: ToolEvent): string | undefined {
  const tool = neutraliseLine(name);
  const words = neutraliseLine(summary);
  switch (state) {
    case 'started':
      return undefined;
    case 'approval':
      return `The assistant wants to use ${tool} with ${words}. May it?`;
    case 'done':
      return `used ${tool}`;
    case 'failed':
      return `${tool} failed: ${words}`;
    case 'unknown':
      return `Nobody can say how ${tool} ended: ${words}`;
  }
}

/** Why the text above is void and the question is asked again. */
export function resetSentence(reason: string): string {
  switch (reason) {
    case 'worker-lost':
      return 'The worker was lost; the question is asked again.';
    case 'fallback':
      return 'Another model is asked; its answer replaces the text above.';
    default:
      return 'The answer broke off; the question is asked again.';
  }
}

/** What to say of a turn that ended without a whole reply; undefined for one that has it. */
export function outcomeSentence(outcome: Outcome, problem: Problem | undefined): string | undefined {
  const why = problem === undefined ? '' : ` ${neutraliseLine(problem.detail)}`;
  switch (outcome) {
    case 'replied':
      return undefined;
    case 'interrupted':
      return 'Interrupted.';
    case 'withdrawn':
      return 'Withdrawn.';
    case 'refused':
      return `Refused.${why}`;
    case 'failed':
      return `Failed.${why}`;
  }
}
