import type { MessageToolCall, ToolState } from '../message.ts';
import type { ToolResult } from '../model-call.ts';
import { phrase } from '../phrases/phrase.ts';
import type { PhraseId } from '../phrases/en.ts';
import { changeRows, showNow } from '../rows.ts';
import type { PendingTool, SessionState } from '../session-state.ts';
import { cutMiddle, longestShownResult } from './cut-middle.ts';

/** Gives a call of the running turn its result. A call that has one keeps it. */
export function finishTool(
  state: SessionState,
  callId: string,
  { state: end, text }: ToolResult,
): SessionState {
  if (findPending(state, callId) === undefined) return state;
  const shown = cutMiddle(text, longestShownResult);
  return changeCall(withoutPending(state, callId), callId, shown, (call) => inState(call, end));
}

/** A result in our own words. */
export const finishToolWith = (
  state: SessionState,
  callId: string,
  end: { readonly state: ToolResult['state']; readonly phrase: PhraseId },
): SessionState =>
  finishTool(state, callId, {
    state: end.state,
    text: phrase(end.phrase, state.running?.language ?? state.settings.language, {}),
  });

/** `approve`: a person allowed or denied a call. */
export interface ApprovalAnswer {
  readonly id: string;
  readonly allow: boolean;
}

/** Takes a person's answer; one that is not waited for, or not any more, changes nothing. */
export function answerApproval(state: SessionState, { id, allow }: ApprovalAnswer): SessionState {
  const tool = state.running?.tools?.find(({ approval }) => approval !== undefined && approval.id === id);
  if (tool === undefined || typeof allow !== 'boolean') return state;
  if (!allow) return denyTool(state, tool.callId, 'tool-denied');
  const { approval: _, ...allowed } = tool;
  return showNow(
    changeCall(replacePending(state, allowed), tool.callId, '', (call) => inState(call, 'started')),
  );
}

/** A call that a person did not allow, or not in time. */
export const denyTool = (
  state: SessionState,
  callId: string,
  why: 'tool-denied' | 'tool-expired',
): SessionState => showNow(finishToolWith(state, callId, { state: 'failed', phrase: why }));

/** Whether a call still waits for a person. */
export const waitsForApproval = (state: SessionState, callId: string): boolean =>
  findPending(state, callId)?.approval !== undefined;

/** Whether a call's result is still wanted. */
export const isPending = (state: SessionState, callId: string): boolean =>
  findPending(state, callId) !== undefined;

/** Ends whatever the running turn still waits for: what had begun may have taken effect. */
export function stopTools(state: SessionState): SessionState {
  const pending = state.running?.tools ?? [];
  return pending.reduce((next, { callId, approval, isIdempotent }) => {
    const isBegun = approval === undefined;
    const why = isBegun ? 'tool-stopped' : 'tool-not-made';
    // Where a repetition does no harm, what was begun matters to nobody.
    const isKnown = !isBegun || isIdempotent === true;
    return finishToolWith(next, callId, { state: isKnown ? 'failed' : 'unknown', phrase: why });
  }, state);
}

const findPending = (state: SessionState, callId: string): PendingTool | undefined =>
  state.running?.tools?.find((tool) => tool.callId === callId);

const withPending = (state: SessionState, tools: readonly PendingTool[]): SessionState =>
  state.running === null ? state : { ...state, running: { ...state.running, tools } };

const withoutPending = (state: SessionState, callId: string): SessionState =>
  withPending(state, state.running?.tools?.filter((tool) => tool.callId !== callId) ?? []);

const replacePending = (state: SessionState, changed: PendingTool): SessionState =>
  withPending(
    state,
    state.running?.tools?.map((tool) => (tool.callId === changed.callId ? changed : tool)) ?? [],
  );

/** A call that a person has answered asks nobody any more. */
function inState(call: MessageToolCall, state: ToolState): MessageToolCall {
  const { approval: _, ...answered } = call;
  return { ...answered, state };
}

/** Only rows of the running turn: a fork's rows keep the ids of its origin's calls. */
function changeCall(
  state: SessionState,
  callId: string,
  text: string,
  change: (call: MessageToolCall) => MessageToolCall,
): SessionState {
  const turn = state.running?.turn;
  return changeRows(state, (row) => {
    if (row.turn !== turn || row.toolCall?.callId !== callId) return row;
    const toolCall = change(row.toolCall);
    return { ...row, text, toolCall, status: toolCall.state === 'started' ? 'running' : 'done' };
  });
}
