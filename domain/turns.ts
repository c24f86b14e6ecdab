import type { CallEnd, FailureDetails, InferResult } from './model-call.ts';
import { failurePhrase, phrase } from './phrases/phrase.ts';
import { addRow, changeFacts, changeRows, noticeRow, showNow } from './rows.ts';
import { addUsage } from './add-usage.ts';
import type { CallPriority, Moment, PendingCall, RunningTurn, SessionState } from './session-state.ts';
import { stopTools } from './tools/finish-tool.ts';
import { nextGroup, numberWaiting, takeWaiting } from './waiting.ts';

/** How a turn's model call ended. `stopped`: cancelled before there was any text. */
export type TurnEnd =
  | { readonly kind: 'answered'; readonly result: InferResult }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: FailureDetails; readonly end?: CallEnd };

/** A model call that has just been registered, and the state that knows it. */
export interface StartedCall {
  readonly state: SessionState;
  readonly call: PendingCall;
}

/** The next turn that can begin, or undefined: one at a time, in the order of acceptance (I4). */
export function startTurn(state: SessionState, moment: Moment): StartedCall | undefined {
  if (state.running !== null || state.isClosing) return undefined;
  if (state.wanted.includes('greeting')) return startGreeting(state);
  const group = nextGroup(state);
  const first = group[0];
  if (first === undefined) return undefined;
  const ids = new Set(group.map((entry) => entry.id));
  const turn = state.facts.turnCount + 1;
  const chapter = state.facts.chapter;
  const system = group.flatMap((entry) => entry.system ?? []).join('\n\n');
  const counted = changeFacts(state, moment.now, { turnCount: turn });
  const begun = takeWaiting(counted, ids, { turn, chapter });
  const running: RunningTurn = {
    turn,
    chapter,
    messageIds: [...ids],
    language: first.language,
    isInterrupted: false,
    priority: priorityOf(state, first.foundIdle),
    ...(system === '' ? {} : { system }),
  };
  return beginCall(numberWaiting({ ...begun, running }), { kind: 'reply', turn, chapter });
}

function startGreeting(state: SessionState) {
  const chapter = state.facts.chapter;
  const running: RunningTurn = {
    turn: 0,
    chapter,
    messageIds: [],
    language: state.settings.language,
    isInterrupted: false,
    priority: 2,
  };
  const wanted = state.wanted.filter((call) => call !== 'greeting');
  return beginCall({ ...state, running, wanted }, { kind: 'greeting', turn: 0, chapter });
}

function priorityOf(state: SessionState, foundIdle: boolean): CallPriority {
  if (state.facts.kind === 'job') return 4;
  return foundIdle ? 1 : 2;
}

/** Registers a model call under an id that no other call of this session ever has, over all its runs. */
export function beginCall(state: SessionState, call: Omit<PendingCall, 'id'>): StartedCall {
  const callCount = state.callCount + 1;
  const pending: PendingCall = { ...call, id: `c${callCount}` };
  return { state: { ...state, callCount, calls: [...state.calls, pending] }, call: pending };
}

/** The state without a call: whoever still works for it is a zombie. */
export function endCall(state: SessionState, call: PendingCall): SessionState {
  return { ...state, calls: state.calls.filter((other) => other.id !== call.id) };
}

/** Gives the running turn its one outcome (I2). */
export function finishTurn(
  state: SessionState,
  call: PendingCall,
  end: TurnEnd,
  moment: Moment,
): SessionState {
  const running = state.running;
  if (running === null) return endCall(state, call);
  const ids = new Set(running.messageIds);
  const closed = changeRows({ ...endCall(stopTools(state), call), running: null }, (row) =>
    ids.has(row.id) && row.role === 'user' ? { ...row, status: 'done' } : row,
  );
  const measured = end.kind === 'answered' ? { ...closed, contextLimit: end.result.contextLimit } : closed;
  const finished = addRow(measured, outcomeRow(running, call, end, moment));
  const touched = changeFacts(finished, moment.now, { lastMessageAt: moment.now });
  return showNow(numberWaiting({ ...touched, lastActiveAt: moment.now }));
}

function outcomeRow(running: RunningTurn, call: PendingCall, end: TurnEnd, moment: Moment) {
  const place = placeOf(running);
  if (end.kind === 'failed') {
    const text = failurePhrase(end.failure, running.language);
    return noticeRow(moment, place, {
      status: 'failed',
      text,
      problem: { code: end.failure.code, detail: text },
    });
  }
  if (end.kind === 'stopped' || end.result.text === '') return emptyOutcome(running, call, moment, end);
  const { text, finish, model, usage } = end.result;
  return {
    id: moment.newId(),
    ...place,
    role: 'assistant',
    text,
    at: moment.now,
    status: finish === 'interrupted' ? 'partial' : 'complete',
    model,
    usage: running.used === undefined ? usage : addUsage(running.used, usage),
  } as const;
}

function placeOf({ turn, chapter, messageIds: [replyTo] }: RunningTurn) {
  return { turn, chapter, ...(replyTo === undefined ? {} : { replyTo }) };
}

/** Interrupted before the first word, or a model that answered nothing. */
function emptyOutcome(
  running: RunningTurn,
  call: PendingCall,
  moment: Moment,
  end: Exclude<TurnEnd, { kind: 'failed' }>,
) {
  const place = placeOf(running);
  const isStopped = end.kind === 'stopped' || end.result.finish === 'interrupted';
  if (isStopped)
    return noticeRow(moment, place, {
      status: 'interrupted',
      text: phrase(running.steps === undefined ? 'interrupted' : 'interrupted-tools', running.language, {}),
    });
  const code = call.isClosing === true ? 'tool-limit' : 'model-empty';
  const text = failurePhrase({ code, reason: '' }, running.language);
  return noticeRow(moment, place, { status: 'failed', text, problem: { code, detail: text } });
}
