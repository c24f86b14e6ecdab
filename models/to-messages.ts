import type { BaseMessage } from '@langchain/core/messages';
import type { CallContext, ContextMessage, ContextToolCall } from '../domain/model-call.ts';

/**
 * A context as LangChain takes it. Without tools in the request providers take no calls of tools either: then they are told
 * as words.
 */
export async function toMessages(
  { instructions, messages }: CallContext,
  hasTools: boolean,
): Promise<BaseMessage[]> {
  const { AIMessage, HumanMessage, SystemMessage, ToolMessage } = await import('@langchain/core/messages');
  const told = hasTools ? messages : asWords(messages);
  // Some providers refuse a message without a word, and a dialogue that the model opens.
  const said = told.filter(
    ({ text, role, toolCalls }) => text !== '' || role === 'tool' || toolCalls !== undefined,
  );
  const opening = said[0]?.role === 'assistant' ? [new HumanMessage('…')] : [];
  const shown = said.map(({ role, text, toolCalls = [], callId = '' }) => {
    switch (role) {
      case 'user':
        return new HumanMessage(text);
      case 'assistant':
        return new AIMessage({ content: text, tool_calls: toolCalls.map(toCall) });
      case 'tool':
        return new ToolMessage({ content: text === '' ? '…' : text, tool_call_id: callId });
      default:
        return role satisfies never;
    }
  });
  const system = instructions === '' ? [] : [new SystemMessage(instructions)];
  return [...system, ...opening, ...shown];
}

const toCall = ({ callId, name, arguments: given }: ContextToolCall) => ({
  id: callId,
  name,
  // It was read when the model gave it.
  args: JSON.parse(given) as Record<string, unknown>,
  type: 'tool_call' as const,
});

function asWords(messages: readonly ContextMessage[]): readonly ContextMessage[] {
  const calls = new Map(
    messages.flatMap(({ toolCalls = [] }) => toolCalls.map((call) => [call.callId, call] as const)),
  );
  return messages.map(({ role, text, toolCalls, callId = '' }): ContextMessage => {
    if (role !== 'tool') return { role, text: toolCalls === undefined ? text : text.trim() };
    const call = calls.get(callId);
    return { role: 'user', text: `[Result of ${call?.name ?? 'a tool'}(${call?.arguments ?? ''}): ${text}]` };
  });
}
