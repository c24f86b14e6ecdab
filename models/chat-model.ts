import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { TokenUsage } from '../domain/message.ts';
import type { CallContext } from '../domain/model-call.ts';
import type { Chat, ChatOptions } from './chat.ts';
import { endOfAnswer, finishOf, refusalOf, type AnswerEnd } from './end-of-answer.ts';
import { estimateUsage } from './estimate-usage.ts';
import type { Model, ModelEnd, ModelPart, ModelRequest } from './model.ts';
import { chatOpener } from './open-chat.ts';
import { toModelError } from './provider-error.ts';
import { textOf as asText } from './read-field.ts';
import { limitsFor, limitTime } from './time-limits.ts';

/** A model that LangChain can talk to. `name` is what people call it, `provider:model`. */
export function createChatModel(name: string, options: ChatOptions): Model {
  const open = chatOpener(options);
  const streamOf = ({ context }: ModelRequest) =>
    async function* (signal: AbortSignal): AsyncGenerator<ModelPart, ModelEnd> {
      try {
        return yield* readAnswer(await open(signal), context, { signal, kind: options.kind });
      } catch (error) {
        throw signal.aborted ? error : toModelError(error, options.apiKey);
      }
    };
  return {
    name,
    contextLimit: options.contextLimit,
    stream: (request) =>
      limitTime(streamOf(request), request.signal, limitsFor(options.limits, request.context.tokens)),
  };
}

async function* readAnswer(
  chat: Chat,
  context: CallContext,
  { signal, kind }: { readonly signal: AbortSignal; readonly kind: string },
): AsyncGenerator<ModelPart, ModelEnd> {
  const answer: AnswerEnd = { kind, text: '', refusal: '', finish: '', chunks: 0 };
  let usage: TokenUsage | undefined;
  for await (const chunk of await chat.stream(await toMessages(context), { signal })) {
    const text = textOf(chunk);
    answer.chunks += 1;
    answer.text += text;
    answer.refusal += refusalOf(chunk);
    answer.finish = finishOf(chunk) || answer.finish;
    usage = addUsage(usage, chunk.usage_metadata);
    yield { text };
  }
  signal.throwIfAborted();
  return { finish: endOfAnswer(answer), usage: usage ?? estimateUsage(context, answer.text) };
}

/** Words for the person; what a model thinks before them is none. */
function textOf({ content }: AIMessageChunk): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? asText(block['text']) : '')).join('');
}

async function toMessages({ instructions, messages }: CallContext): Promise<BaseMessage[]> {
  const { AIMessage, HumanMessage, SystemMessage } = await import('@langchain/core/messages');
  // Some providers refuse a message without a word, and a dialogue that the model opens.
  const said = messages.filter(({ text }) => text !== '');
  const opening = said[0]?.role === 'assistant' ? [new HumanMessage('…')] : [];
  const shown = said.map(({ role, text }) =>
    role === 'user' ? new HumanMessage(text) : new AIMessage(text),
  );
  const system = instructions === '' ? [] : [new SystemMessage(instructions)];
  return [...system, ...opening, ...shown];
}

interface ReportedUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details?: { readonly cache_read?: number };
}

/** Some report the request at its start and the answer at its end, always as totals; zeros say nothing. */
function addUsage(
  known: TokenUsage | undefined,
  reported: ReportedUsage | undefined,
): TokenUsage | undefined {
  if (reported === undefined) return known;
  const cached = reported.input_token_details?.cache_read ?? known?.cachedInputTokens;
  const usage = {
    inputTokens: reported.input_tokens || (known?.inputTokens ?? 0),
    outputTokens: reported.output_tokens || (known?.outputTokens ?? 0),
  };
  if (usage.inputTokens + usage.outputTokens === 0) return known;
  return cached === undefined ? usage : { ...usage, cachedInputTokens: cached };
}
