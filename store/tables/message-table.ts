import type { Message, MessageToolCall, TokenUsage } from '../../domain/message.ts';
import { storableText } from '../storable-text.ts';

/** `projection.message`: one row of a transcript. Revision 0 marks a row that its session has not confirmed yet. */
export interface MessageTable {
  readonly at: number;
  readonly position: number;
  readonly chapter: number;
  readonly turn: number;
  readonly revision: number;
  readonly role: Message['role'];
  readonly status: Message['status'];
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cached_input_tokens: number | null;
  readonly is_estimated: boolean | null;
  readonly session_key: string;
  readonly id: string;
  readonly text: string;
  readonly reply_to: string | null;
  readonly model: string | null;
  readonly from_kind: 'session' | 'job' | null;
  readonly from_key: string | null;
  readonly problem_code: string | null;
  readonly problem_detail: string | null;
  readonly tool_call: MessageToolCall | null;
}

/** What a later revision overwrites. */
export const messageColumns = [
  'at',
  'position',
  'chapter',
  'turn',
  'revision',
  'role',
  'status',
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'is_estimated',
  'text',
  'reply_to',
  'model',
  'from_kind',
  'from_key',
  'problem_code',
  'problem_detail',
  'tool_call',
] as const satisfies readonly (keyof MessageTable)[];

/** The row of a message of session `key`. */
export function toMessageRow(key: string, message: Message): MessageTable {
  return {
    at: message.at,
    position: message.position,
    chapter: message.chapter,
    turn: message.turn,
    revision: message.revision,
    role: message.role,
    status: message.status,
    ...usageColumns(message.usage),
    session_key: key,
    id: message.id,
    text: storableText(message.text),
    reply_to: message.replyTo ?? null,
    model: storableText(message.model ?? null),
    from_kind: message.from?.kind ?? null,
    from_key: message.from?.key ?? null,
    problem_code: message.problem?.code ?? null,
    problem_detail: storableText(message.problem?.detail ?? null),
    tool_call: storableCall(message.toolCall),
  };
}

/** What a model wrote is as it came. */
function storableCall(call: MessageToolCall | undefined): MessageToolCall | null {
  if (call === undefined) return null;
  return {
    ...call,
    name: storableText(call.name),
    arguments: storableText(call.arguments),
    ...(call.said === undefined ? {} : { said: storableText(call.said) }),
  };
}

const usageColumns = (usage: TokenUsage | undefined) => ({
  input_tokens: usage?.inputTokens ?? null,
  output_tokens: usage?.outputTokens ?? null,
  cached_input_tokens: usage?.cachedInputTokens ?? null,
  is_estimated: usage?.estimated ?? null,
});

/** The message that a row holds; what the row has not is absent. */
export function toMessage(row: MessageTable): Message {
  const usage = toUsage(row);
  return {
    id: row.id,
    position: row.position,
    turn: row.turn,
    chapter: row.chapter,
    role: row.role,
    text: row.text,
    at: row.at,
    status: row.status,
    revision: row.revision,
    ...(row.from_kind === null || row.from_key === null
      ? {}
      : { from: { kind: row.from_kind, key: row.from_key } }),
    ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
    ...(row.model === null ? {} : { model: row.model }),
    ...(usage === undefined ? {} : { usage }),
    ...(row.problem_code === null
      ? {}
      : { problem: { code: row.problem_code, detail: row.problem_detail ?? '' } }),
    ...(row.tool_call === null ? {} : { toolCall: row.tool_call }),
  };
}

function toUsage(row: MessageTable): TokenUsage | undefined {
  if (row.input_tokens === null || row.output_tokens === null) return undefined;
  return {
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    ...(row.cached_input_tokens === null ? {} : { cachedInputTokens: row.cached_input_tokens }),
    ...(row.is_estimated === true ? { estimated: true } : {}),
  };
}
