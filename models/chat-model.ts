import type { AIMessageChunk } from '@langchain/core/messages';
import type { TokenUsage } from '../domain/message.ts';
import type { CallContext } from '../domain/model-call.ts';
import type { ToolDefinition } from '../domain/tools/tool-definition.ts';
import type { Chat, ChatOptions, OpenAiTool } from './chat.ts';
import { endOfAnswer, finishOf, refusalOf, type AnswerEnd } from './end-of-answer.ts';
import { estimateUsage } from './estimate-usage.ts';
import type { Model, ModelEnd, ModelPart, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import { chatOpener } from './open-chat.ts';
import { toModelError } from './provider-error.ts';
import { textOf as asText } from './read-field.ts';
import { limitsFor, limitTime } from './time-limits.ts';
import { toMessages } from './to-messages.ts';
import { ToolCallReader } from './tool-call-reader.ts';

/** A model that LangChain can talk to. `name` is what people call it, `provider:model`. */
export function createChatModel(name: string, options: ChatOptions): Model {
  const open = chatOpener(options);
  let takesTools = true;
  const ask = async function* (request: ModelRequest, signal: AbortSignal) {
    try {
      return yield* readAnswer(await open(signal), request, { signal, kind: options.kind });
    } catch (error) {
      throw signal.aborted ? error : toModelError(error, options.apiKey);
    }
  };
  const streamOf = (request: ModelRequest) =>
    async function* (signal: AbortSignal): AsyncGenerator<ModelPart, ModelEnd> {
      let hasText = false;
      try {
        const answer = ask(request, signal);
        for (;;) {
          const step = await answer.next();
          if (step.done === true) return step.value;
          hasText ||= step.value.text !== '';
          yield step.value;
        }
      } catch (error) {
        const trouble = toolTrouble(error);
        if (trouble === undefined || (request.tools ?? []).length === 0) throw error;
        // What was shown cannot be taken back here: the next attempt replaces it.
        if (hasText) throw badCall(error);
        if (trouble === 'refused') takesTools = false;
        return yield* ask({ ...request, tools: [] }, signal);
      }
    };
  return {
    name,
    contextLimit: options.contextLimit,
    get takesTools() {
      return takesTools;
    },
    stream: (request) =>
      limitTime(streamOf(request), request.signal, limitsFor(options.limits, request.context.tokens)),
  };
}

async function* readAnswer(
  chat: Chat,
  { context, tools = [] }: ModelRequest,
  { signal, kind }: { readonly signal: AbortSignal; readonly kind: string },
): AsyncGenerator<ModelPart, ModelEnd> {
  const answer: AnswerEnd = { kind, text: '', refusal: '', finish: '', chunks: 0, hasCalls: false };
  const calls = new ToolCallReader();
  let usage: TokenUsage | undefined;
  const bound = tools.length === 0 ? undefined : chat.bindTools?.(tools.map(toOpenAiTool));
  const messages = await toMessages(context, bound !== undefined);
  for await (const chunk of await (bound ?? chat).stream(messages, { signal })) {
    const text = textOf(chunk);
    if (!calls.take(chunk.tool_call_chunks ?? [])) return cutOff(context, answer.text);
    answer.chunks += 1;
    answer.text += text;
    answer.refusal += refusalOf(chunk);
    answer.finish = finishOf(chunk) || answer.finish;
    usage = addUsage(usage, chunk.usage_metadata);
    yield { text };
  }
  signal.throwIfAborted();
  const { toolCalls } = calls;
  answer.hasCalls = toolCalls.length > 0;
  const end = { finish: endOfAnswer(answer), usage: usage ?? estimateUsage(context, answer.text) };
  return toolCalls.length === 0 ? end : { ...end, toolCalls };
}

/** A model that does not end its calls. */
const cutOff = (context: CallContext, text: string): ModelEnd => ({
  finish: 'length',
  usage: estimateUsage(context, text),
});

const toOpenAiTool = (definition: ToolDefinition): OpenAiTool => ({ type: 'function', function: definition });

const badCall = (error: unknown): unknown =>
  error instanceof ModelError
    ? new ModelError(error.failure, 'soon', { cause: error, isBadCall: true })
    : error;

/**
 * What an error has to do with the tools of its request: the model takes none, or it tried to use one in a way that its
 * server could not read. Servers say it each in its own words.
 */
function toolTrouble(error: unknown): 'refused' | 'garbled' | undefined {
  if (!(error instanceof ModelError)) return undefined;
  const { code, reason } = error.failure;
  if (/failed to call a function|tool_use_failed|does not match the expected/i.test(reason)) return 'garbled';
  const isAboutTools = /\btools?\b|tool_choice|function.?call/i.test(reason);
  return code === 'model-rejected' && isAboutTools ? 'refused' : undefined;
}

/** Words for the person; what a model thinks before them is none. */
function textOf({ content }: AIMessageChunk): string {
  if (typeof content === 'string') return content;
  return content.map((block) => (block.type === 'text' ? asText(block['text']) : '')).join('');
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
