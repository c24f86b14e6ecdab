import { finishBackgroundCall } from './background.ts';
import { shrinkingTurn } from './compaction.ts';
import { assembleContext } from './context.ts';
import type { EarlierCalls, InferResult } from './model-call.ts';
import type { Moment, PendingCall, SessionState } from './session-state.ts';
import { joinSteered } from './steer.ts';
import { beginCall, endCall, type StartedCall, type TurnEnd } from './turns.ts';

/** How the running turn goes on after a call that failed: with another model, or with a context that was summed up. */
export type Recovery = 'fallback' | 'compaction';

/** What can be done about a call's end; undefined when it is the turn's end, too. */
export function recoveryOf(end: TurnEnd): Recovery | undefined {
  if (end.kind !== 'failed') return undefined;
  if (end.failure.code === 'context-too-long') return 'compaction';
  return end.end?.fallback === undefined ? undefined : 'fallback';
}

/** A call for the same turn to the model that the failed one names. */
export function beginFallback(state: SessionState, failed: PendingCall, end: TurnEnd): StartedCall {
  const fallback = end.kind === 'failed' ? end.end?.fallback : undefined;
  const { id: _, ...call } = failed;
  return beginCall(endCall(joinSteered(state), failed), {
    ...call,
    earlier: earlierOf(failed, end, 'fallback'),
    ...(fallback === undefined ? {} : { fallback }),
  });
}

/** The summary that a context found too long needs; undefined when there are no turns that it could cover. */
export function beginShrinking(state: SessionState, failed: PendingCall): StartedCall | undefined {
  const mostTokens = smallerContext(state, failed);
  const throughTurn = shrinkingTurn(state, mostTokens);
  if (throughTurn === undefined) return undefined;
  const { turn, chapter, fallback } = failed;
  return beginCall(state, {
    kind: 'summary',
    turn,
    chapter,
    throughTurn,
    mostTokens,
    ...(fallback === undefined ? {} : { fallback }),
  });
}

/** Takes the summary, when there is one, and begins the turn's call again with a smaller context. */
export function beginShrunk(
  state: SessionState,
  failed: { readonly call: PendingCall; readonly end: TurnEnd },
  summary: { readonly call: PendingCall; readonly result: InferResult | undefined } | undefined,
  moment: Moment,
): StartedCall {
  const mostTokens = smallerContext(state, failed.call);
  const summed =
    summary === undefined ? state : finishBackgroundCall(state, summary.call, summary.result, moment);
  const { id: _, ...call } = failed.call;
  const earlier = earlierOf(failed.call, failed.end, 'retry');
  return beginCall(endCall(joinSteered(summed), failed.call), { ...call, mostTokens, earlier });
}

/** Half of what was too much: nobody says how much is not. */
function smallerContext(state: SessionState, call: PendingCall): number {
  return Math.floor(assembleContext(state, call, state.contextLimit).tokens / 2);
}

const earlierOf = (failed: PendingCall, end: TurnEnd, reason: EarlierCalls['reason']): EarlierCalls => ({
  attempts: (end.kind === 'failed' ? end.end?.attempts : undefined) ?? (failed.earlier?.attempts ?? 0) + 1,
  reason,
});
