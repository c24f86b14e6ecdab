import { AtriumError } from '../../domain/atrium-error.ts';
import { assembleContext } from '../../domain/context.ts';
import type { Message } from '../../domain/message.ts';
import type { ContextMessage } from '../../domain/model-call.ts';
import type { SessionState } from '../../domain/session-state.ts';
import type { Timeline } from './build-timeline.ts';
import type { ContextGain, ShownContext, TimelineState, TimelineStep } from './timeline-step.ts';

/** The session at step `n`. Throws AtriumError not-found `unknown-step`. */
export function stateAt(timeline: Timeline, n: number): TimelineState {
  const step = timeline.steps[n];
  const index = timeline.stateOf[n];
  const state = index === undefined ? undefined : timeline.states[index];
  if (step === undefined || index === undefined || state === undefined) {
    const sentence = `There is no step ${n}: the timeline has ${timeline.steps.length}.`;
    throw new AtriumError('not-found', 'unknown-step', sentence);
  }
  const rows = rowsUpTo(timeline.states.slice(0, index + 1));
  const context = contextAt(timeline, n);
  return {
    step,
    facts: state.facts,
    transcript: [...rows.values()].toSorted((a, b) => a.position - b.position),
    inbox: state.inbox.map((entry) => ({ ...entry, text: rows.get(entry.id)?.text ?? '' })),
    context: context?.shown ?? null,
    added: context === undefined ? null : gainOf(context.shown, context.previous),
  };
}

/** Every row as it was last; later runs no longer carry the old ones. */
function rowsUpTo(states: readonly SessionState[]): ReadonlyMap<string, Message> {
  const rows = new Map<string, Message>();
  let seen = -1;
  for (const { messages, revision } of states) {
    for (const row of messages) if (row.revision > seen) rows.set(row.id, row);
    seen = revision;
  }
  return rows;
}

interface ContextAt {
  readonly shown: ShownContext;
  /** What the call of the same kind before it was shown. */
  readonly previous: ShownContext | undefined;
}

function contextAt(timeline: Timeline, n: number): ContextAt | undefined {
  const calls = timeline.steps.slice(0, n + 1).filter((step) => step.kind === 'model');
  const newest = calls.at(-1);
  const shown = newest === undefined ? undefined : showContext(timeline, newest);
  if (shown === undefined) return undefined;
  const earlier = calls.slice(0, -1).findLast((step) => step.purpose === newest?.purpose);
  return { shown, previous: earlier === undefined ? undefined : showContext(timeline, earlier) };
}

function showContext(
  { calls }: Timeline,
  step: Extract<TimelineStep, { kind: 'model' }>,
): ShownContext | undefined {
  const shown = calls.get(step.call);
  if (shown === undefined) return undefined;
  const { call, state, budgetTokens, modelLimit } = shown;
  const context = assembleContext(state, call, budgetTokens);
  const isTooLong = modelLimit !== null && context.tokens > modelLimit;
  return { call: call.id, ...(isTooLong ? assembleContext(state, call, modelLimit) : context) };
}

/** What a context has that the one before it had not; old turns may have left it at its beginning. */
function gainOf(shown: ShownContext, previous: ShownContext | undefined): ContextGain {
  const before = previous?.messages ?? [];
  const start = Math.max(0, before.length - shown.messages.length);
  for (let from = start; from < before.length; from += 1) {
    const kept = before.slice(from);
    if (kept.every((message, index) => isSame(message, shown.messages[index])))
      return {
        instructions: gainedInstructions(shown, previous),
        messages: shown.messages.slice(kept.length),
      };
  }
  return { instructions: gainedInstructions(shown, previous), messages: shown.messages };
}

const isSame = (one: ContextMessage, other: ContextMessage | undefined): boolean =>
  one.role === other?.role && one.text === other.text && one.callId === other.callId;

const gainedInstructions = (shown: ShownContext, previous: ShownContext | undefined): string | null =>
  shown.instructions === previous?.instructions ? null : shown.instructions;
