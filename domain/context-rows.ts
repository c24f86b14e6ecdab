import { tokensOf } from './fit-text.ts';
import type { Message, MessageToolCall } from './message.ts';
import type { ContextMessage } from './model-call.ts';
import { estimateTokens, messageOverheadTokens } from './tokens.ts';
import { stepOf } from './tools/call-id.ts';

/** Messages of a context that belong together: one of somebody's, or a step's calls with their results. */
export type ContextGroup = readonly ContextMessage[];

/** What providers write around the name and the arguments of a call; tokens. */
const callOverheadTokens = 8;

/** Estimated tokens of a message that no shortening of its text saves. */
export const fixedTokens = ({ role, toolCalls = [] }: ContextMessage): number =>
  toolCalls.reduce((sum, call) => sum + callTokens(call), role === 'tool' ? messageOverheadTokens : 0);

/** Estimated tokens of messages. */
export const tokensOfAll = (messages: readonly ContextMessage[]): number =>
  messages.reduce((sum, message) => sum + fixedTokens(message) + tokensOf(message.text), 0);

/** Estimated tokens of a row in a context, as if nothing else belonged to it. */
export const rowTokens = ({ text, toolCall }: Message): number =>
  toolCall === undefined
    ? tokensOf(text)
    : tokensOf(text) + messageOverheadTokens + callTokens(toolCall) + tokensOf(toolCall.said ?? '');

/**
 * The rows of a transcript, in order, as a model is shown them. A tool's row without its call is left out, and a call
 * that never got its result is told to have none: providers refuse the one without the other.
 */
export function groupRows(rows: readonly Message[]): readonly ContextGroup[] {
  const groups: ContextGroup[] = [];
  for (let from = 0; from < rows.length;) {
    const step = stepFrom(rows, from);
    const row = rows[from];
    if (step.length > 0) groups.push(showStep(step));
    else if (row !== undefined && row.role !== 'tool') groups.push([showRow(row)]);
    from += Math.max(1, step.length);
  }
  return groups;
}

type ToolRow = Message & { readonly toolCall: MessageToolCall };
const isToolRow = (row: Message): row is ToolRow => row.role === 'tool' && row.toolCall !== undefined;

/** The rows of one step that stand together from a place on; none when there is another kind of row. */
function stepFrom(rows: readonly Message[], from: number): readonly ToolRow[] {
  const step: ToolRow[] = [];
  for (const row of rows.slice(from)) {
    const first = step[0] ?? row;
    const isSame =
      isToolRow(row) &&
      isToolRow(first) &&
      row.turn === first.turn &&
      stepOf(row.toolCall.callId) === stepOf(first.toolCall.callId);
    if (!isSame || step.some(({ toolCall }) => toolCall.callId === row.toolCall.callId)) break;
    step.push(row);
  }
  return step;
}

function showStep(rows: readonly ToolRow[]): ContextGroup {
  const text = rows.map(({ toolCall }) => toolCall.said ?? '').join('');
  const toolCalls = rows.map(({ toolCall: { callId, name, arguments: given } }) => ({
    callId,
    name,
    arguments: given,
  }));
  const results = rows.map(({ toolCall: { callId }, text: result }) => ({
    role: 'tool' as const,
    callId,
    text: result === '' ? 'There is no result.' : result,
  }));
  return [{ role: 'assistant', text, toolCalls }, ...results];
}

const showRow = (row: Message): ContextMessage => ({
  role: row.role === 'assistant' ? 'assistant' : 'user',
  text: row.text,
});

const callTokens = (call: { readonly name: string; readonly arguments: string }): number =>
  estimateTokens(call.name) + estimateTokens(call.arguments) + callOverheadTokens;
