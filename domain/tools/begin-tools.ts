import { addUsage } from '../add-usage.ts';
import type { AskedTool, InferResult } from '../model-call.ts';
import type { Message, MessageToolCall } from '../message.ts';
import { phrase } from '../phrases/phrase.ts';
import { addRow, noticeRow, showNow } from '../rows.ts';
import type { Moment, PendingCall, PendingTool, RunningTurn, SessionState } from '../session-state.ts';
import { toolCallId } from './call-id.ts';
import { cutMiddle } from './cut-middle.ts';

/** Calls of one step that are made; a model that asks for more is told so. */
const mostCallsAtOnce = 16;
/** The same call with the same arguments is made so often in a turn. */
const mostRepetitions = 2;
/** What of the arguments a person is shown who is asked; characters. */
const longestShownArguments = 500;

/**
 * Takes what a model asked for: a row for each call, and what is to be done about it. What cannot be done has its result at
 * once. The words before the calls stand with the first of them, since they are no outcome (I2).
 */
export function beginTools(
  state: SessionState,
  call: PendingCall,
  result: InferResult,
  moment: Moment,
): SessionState {
  const { running } = state;
  if (running === null) return state;
  const asked = result.toolCalls ?? [];
  const steps = (running.steps ?? 0) + 1;
  const used = running.used === undefined ? result.usage : addUsage(running.used, result.usage);
  const calls = state.calls.filter(({ id }) => id !== call.id);
  const begun: SessionState = {
    ...state,
    calls,
    contextLimit: result.contextLimit,
    running: { ...running, steps, used, tools: [] },
  };
  return asked.reduce((next, tool, index) => {
    const said = index === 0 ? result.text.trim() : '';
    return beginTool(next, { tool, callId: toolCallId(call.id, index), said, index }, moment);
  }, begun);
}

interface BeginningTool {
  readonly tool: AskedTool;
  readonly callId: string;
  readonly said: string;
  readonly index: number;
}

function beginTool(state: SessionState, { tool, callId, said, index }: BeginningTool, moment: Moment) {
  const { running } = state;
  if (running === null) return state;
  const named = { callId, name: tool.name, arguments: tool.arguments, ...(said === '' ? {} : { said }) };
  const fault = faultOf(state, running, tool, index);
  if (fault !== undefined) return addToolRow(state, moment, { ...named, state: 'failed' }, fault);
  const base: PendingTool = {
    callId,
    name: tool.name,
    ...(tool.isIdempotent === true ? { isIdempotent: true } : {}),
  };
  if (tool.approvalMs === undefined)
    return addToolRow(pend(state, running, base), moment, { ...named, state: 'started' }, '');
  const approval = { id: moment.newId(), expiresAt: moment.now + tool.approvalMs };
  const waiting = pend(state, running, { ...base, approval });
  // The notice first: it reads in this order once the call has its result.
  const told = addRow(waiting, askingRow(running, tool, moment));
  return showNow(addToolRow(told, moment, { ...named, state: 'approval', approval }, ''));
}

const pend = (state: SessionState, running: RunningTurn, tool: PendingTool): SessionState => ({
  ...state,
  running: { ...running, tools: [...(running.tools ?? []), tool] },
});

function faultOf(
  state: SessionState,
  running: RunningTurn,
  tool: AskedTool,
  index: number,
): string | undefined {
  if (index >= mostCallsAtOnce)
    return phrase('tool-too-many', running.language, { count: String(mostCallsAtOnce) });
  if (tool.fault !== undefined) return tool.fault;
  const isRepeated = countSame(state.messages, running, tool) >= mostRepetitions;
  return isRepeated ? phrase('tool-repeated', running.language, {}) : undefined;
}

/** How often the turn has made this very call. */
const countSame = (rows: readonly Message[], { turn, chapter }: RunningTurn, tool: AskedTool): number =>
  rows.filter(
    ({ toolCall, ...row }) =>
      row.turn === turn &&
      row.chapter === chapter &&
      toolCall?.name === tool.name &&
      toolCall.arguments === tool.arguments,
  ).length;

function addToolRow(state: SessionState, moment: Moment, toolCall: MessageToolCall, text: string) {
  const { running } = state;
  if (running === null) return state;
  const isOver = toolCall.state === 'failed';
  return addRow(state, {
    id: moment.newId(),
    turn: running.turn,
    chapter: running.chapter,
    role: 'tool',
    text,
    at: moment.now,
    status: isOver ? 'done' : 'running',
    toolCall,
  });
}

function askingRow(running: RunningTurn, tool: AskedTool, moment: Moment) {
  const shown = cutMiddle(tool.arguments, longestShownArguments);
  const text = phrase('tool-approval', running.language, { name: tool.name, arguments: shown });
  return noticeRow(moment, running, { status: 'info', text });
}
