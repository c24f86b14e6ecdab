import type { BaseMessage } from '@langchain/core/messages';
import type { ChatOpenAI } from '@langchain/openai';
import { estimateUsage } from './estimate-usage.ts';
import type { TokenUsage } from '../domain/message.ts';
import type { CallContext } from '../domain/model-call.ts';
import { ModelError } from './model-error.ts';
import type { Model, ModelEnd, ModelPart, ModelRequest } from './model.ts';
import { toModelError } from './openai-error.ts';
import { limitTime, type TimeLimits } from './time-limits.ts';

export interface OpenAiModelOptions {
  /** As the server calls it. */
  readonly model: string;
  /** Of any server that speaks the protocol, without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly contextLimit: number;
  readonly limits: TimeLimits;
}

/** A model behind the OpenAI chat-completions protocol. */
export function createOpenAiModel(options: OpenAiModelOptions): Model {
  let chat: Promise<ChatOpenAI> | undefined;
  const streamOf = ({ context }: ModelRequest) =>
    async function* (signal: AbortSignal): AsyncGenerator<ModelPart, ModelEnd> {
      try {
        chat ??= openChat(options);
        return yield* readAnswer(await chat, context, signal);
      } catch (error) {
        throw signal.aborted ? error : toModelError(error, options.apiKey);
      }
    };
  return {
    name: `openai:${options.model}`,
    contextLimit: options.contextLimit,
    stream: (request) => limitTime(streamOf(request), request.signal, options.limits),
  };
}

/** The library takes a third of a second to load, which a start without it does not pay. */
async function openChat({ model, baseUrl, apiKey }: OpenAiModelOptions): Promise<ChatOpenAI> {
  const { ChatOpenAI: Chat } = await import('@langchain/openai');
  return new Chat({
    model,
    // Without one the library refuses to begin; servers without keys ignore it.
    apiKey: apiKey ?? 'none',
    // The retry policy of the activity owns retries.
    maxRetries: 0,
    streamUsage: true,
    useResponsesApi: false,
    // Of a refusal the library keeps nothing but the raw chunk.
    __includeRawResponse: true,
    // The library would log what it cannot read: words of a session.
    configuration: { baseURL: baseUrl, logLevel: 'off' },
  });
}

async function* readAnswer(
  chat: ChatOpenAI,
  context: CallContext,
  signal: AbortSignal,
): AsyncGenerator<ModelPart, ModelEnd> {
  const answer = { text: '', refusal: '', finish: '', chunks: 0 };
  let usage: TokenUsage | undefined;
  for await (const chunk of await chat.stream(await toMessages(context), { signal })) {
    const text = typeof chunk.content === 'string' ? chunk.content : '';
    answer.chunks += 1;
    answer.text += text;
    answer.refusal += refusalOf(chunk.additional_kwargs['__raw_response']);
    answer.finish = textOf(chunk.response_metadata['finish_reason']) || answer.finish;
    usage = usageOf(chunk.usage_metadata) ?? usage;
    yield { text };
  }
  signal.throwIfAborted();
  return {
    finish: judge(answer),
    usage: usage ?? estimateUsage(context, answer.text),
  };
}

/** How an answer that came to its end has ended; throws when it is none. */
function judge(answer: {
  text: string;
  refusal: string;
  finish: string;
  chunks: number;
}): ModelEnd['finish'] {
  const { text, refusal, finish, chunks } = answer;
  if (chunks === 0)
    throw new ModelError({ code: 'model-garbled', reason: 'the answer is no event stream' }, 'soon');
  if (refusal !== '' && text === '')
    throw new ModelError({ code: 'model-refused', reason: refusal.slice(0, 200) }, 'never');
  if (finish === 'content_filter')
    throw new ModelError({ code: 'model-refused', reason: 'content filter' }, 'never');
  if (finish === '') throw new ModelError({ code: 'model-cut-off', reason: '' }, 'soon');
  if (text.trim() === '') throw new ModelError({ code: 'model-empty', reason: '' }, 'soon');
  return finish === 'length' ? 'length' : 'stop';
}

async function toMessages({ instructions, messages }: CallContext): Promise<BaseMessage[]> {
  const { AIMessage, HumanMessage, SystemMessage } = await import('@langchain/core/messages');
  const said = messages.map(({ role, text }) =>
    role === 'user' ? new HumanMessage(text) : new AIMessage(text),
  );
  return instructions === '' ? said : [new SystemMessage(instructions), ...said];
}

interface ReportedUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly input_token_details?: { readonly cache_read?: number };
}

function usageOf(reported: ReportedUsage | undefined): TokenUsage | undefined {
  if (reported === undefined) return undefined;
  const cached = reported.input_token_details?.cache_read;
  return {
    inputTokens: reported.input_tokens,
    outputTokens: reported.output_tokens,
    ...(cached === undefined ? {} : { cachedInputTokens: cached }),
  };
}

/** `choices[0].delta.refusal` of a raw chunk. */
function refusalOf(raw: unknown): string {
  const path = ['choices', '0', 'delta', 'refusal'];
  const found = path.reduce(
    (value: unknown, name) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined,
    raw,
  );
  return textOf(found);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
