import type { Chat, ChatOptions, OpenChat } from './chat.ts';
import { ModelError } from './model-error.ts';

/**
 * The chat model of a kind of provider. Each library takes a third of a second to load, which only its first call pays. All
 * of them would retry by themselves: the retry policy of the activity does, so they must not.
 */
export function chatOpener(options: ChatOptions): OpenChat {
  switch (options.kind) {
    case 'openai':
      return once(() => openOpenAi(options));
    case 'anthropic':
      return once(() => openAnthropic(options));
    case 'ollama':
      return (signal) => openOllama(options, signal);
    default:
      return once(() => openInstalled(options));
  }
}

/** A failed opening is tried again by the next call. */
function once(open: () => Promise<Chat>): OpenChat {
  let opened: Promise<Chat> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

async function openOpenAi({ model, baseUrl, apiKey }: ChatOptions): Promise<Chat> {
  const { ChatOpenAI } = await import('@langchain/openai');
  return new ChatOpenAI({
    model,
    // Without one the library refuses to begin; servers without keys ignore it.
    apiKey: apiKey ?? 'none',
    maxRetries: 0,
    streamUsage: true,
    useResponsesApi: false,
    // Of a refusal the library keeps nothing but the raw chunk.
    __includeRawResponse: true,
    // The library would log what it cannot read: words of a session.
    configuration: { baseURL: baseUrl, logLevel: 'off' },
  });
}

async function openAnthropic({ model, baseUrl, apiKey }: ChatOptions): Promise<Chat> {
  const { ChatAnthropic } = await import('@langchain/anthropic');
  return new ChatAnthropic({
    model,
    apiKey: apiKey ?? 'none',
    maxRetries: 0,
    ...(baseUrl === undefined ? {} : { anthropicApiUrl: baseUrl }),
    clientOptions: { logLevel: 'off' },
  });
}

/**
 * One for each call: the library ends a call only with the next word that arrives, so the signal goes to the connection
 * itself. Without being told how much to read, the server cuts the beginning off what is longer than a few thousand tokens.
 */
async function openOllama(
  { model, baseUrl, apiKey, contextTokens }: ChatOptions,
  signal: AbortSignal,
): Promise<Chat> {
  const { ChatOllama } = await import('@langchain/ollama');
  return new ChatOllama({
    model,
    maxRetries: 0,
    numCtx: contextTokens,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    headers: new Headers(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    fetch: (input, init) => {
      const signals = init?.signal == null ? [signal] : [signal, init.signal];
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    },
  });
}

interface Universal {
  readonly initChatModel: (model: string, fields: Readonly<Record<string, unknown>>) => Promise<Chat>;
}

/** Any other kind, when somebody has installed `langchain` and the package of that kind beside Atrium. */
async function openInstalled({ kind, model, baseUrl, apiKey }: ChatOptions): Promise<Chat> {
  // Not a dependency: the compiler must not look for it.
  const universal = 'langchain';
  try {
    const { initChatModel } = (await import(universal)) as Universal;
    return await initChatModel(model, {
      modelProvider: kind,
      maxRetries: 0,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
    });
  } catch (error) {
    const reason = `providers of kind "${kind.slice(0, 40)}" need the packages langchain and @langchain/${kind.slice(0, 40)}`;
    throw new ModelError({ code: 'model-unknown', reason }, 'never', { cause: error });
  }
}
