import type { InferResult } from './model-call.ts';
import { changeFacts, showNow } from './rows.ts';
import type { Moment, PendingCall, SessionState } from './session-state.ts';
import { titleFromModel } from './title.ts';
import { beginCall, endCall, type StartedCall } from './turns.ts';
import { compactionTurn } from './compaction.ts';

/** The next title or summary call that should begin; none before the first reply, one of each kind at a time. */
export function startBackgroundCall(state: SessionState): StartedCall | undefined {
  if (state.isClosing || state.running !== null || state.facts.endedAt !== null) return undefined;
  const { turnCount: turn, chapter } = state.facts;
  if (state.wanted.includes('title') && turn > 0) {
    const wanted = state.wanted.filter((call) => call !== 'title');
    return beginCall({ ...state, wanted }, { kind: 'title', turn, chapter });
  }
  if (state.calls.some((call) => call.kind === 'summary')) return undefined;
  const throughTurn = compactionTurn(state);
  if (throughTurn === undefined) return undefined;
  return beginCall(state, { kind: 'summary', turn, chapter, throughTurn });
}

/** Takes the result of a title or summary call; undefined when it failed, which leaves everything as it is. */
export function finishBackgroundCall(
  state: SessionState,
  call: PendingCall,
  result: InferResult | undefined,
  moment: Moment,
): SessionState {
  const ended = endCall(state, call);
  if (result === undefined || result.finish === 'interrupted') return ended;
  return call.kind === 'title'
    ? takeTitle(ended, result.text, moment)
    : takeSummary(ended, call, result.text);
}

/** A title that a person set meanwhile stays. */
function takeTitle(state: SessionState, text: string, moment: Moment): SessionState {
  const title = titleFromModel(text);
  if (title === undefined || state.facts.titleSource === 'person') return state;
  return showNow(changeFacts(state, moment.now, { title, titleSource: 'model' }));
}

/** A summary of a chapter that was left meanwhile is of no use. */
function takeSummary(state: SessionState, call: PendingCall, text: string): SessionState {
  if (call.throughTurn === undefined || call.chapter !== state.facts.chapter || text.trim() === '')
    return state;
  // Another call may have covered more meanwhile.
  if (state.summary?.chapter === call.chapter && state.summary.throughTurn >= call.throughTurn) return state;
  return { ...state, summary: { chapter: call.chapter, throughTurn: call.throughTurn, text: text.trim() } };
}
