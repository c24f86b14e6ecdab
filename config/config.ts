import type { ArchivedInbound } from '../domain/commands.ts';
import type { Language } from '../domain/language.ts';
import type { QueueLimits } from '../domain/queue-limits.ts';
import type { SessionScope } from '../domain/session-facts.ts';
import type { ChannelName, FileConfig } from './file-schema.ts';
import type { Secret } from './secret.ts';
import type { ToolsConfig } from './tools-config.ts';

/** What holds for this process: flag over environment over file over default, all checked. */
export interface Config {
  /** Data folder, absolute. */
  readonly home: string;
  /** The file that was read; null when there is none. */
  readonly configFile: string | null;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Whether other machines may reach the server at all. */
    readonly allowRemote: boolean;
    /** The address that people use when a reverse proxy stands in front; without a slash at the end. Null: none does. */
    readonly publicUrl: string | null;
  };
  /** The owner's token as set; null: the one in the home's file `token`. */
  readonly token: Secret | null;
  /** Where client commands find the server; null: the address that the home's server left there. */
  readonly url: string | null;
  /** An existing PostgreSQL; null: the embedded one. */
  readonly databaseUrl: Secret | null;
  readonly temporal: TemporalConfig;
  readonly session: SessionConfig;
  readonly channels: ChannelsConfig;
  readonly models: ModelsConfig;
  readonly tools: ToolsConfig;
  /** Of what the server writes when neither platform nor message tell. */
  readonly language: Language;
  readonly programs: {
    /** The value of PATH. */
    readonly searchPath: string;
    readonly cacheFolder: string;
  };
}

export interface TemporalConfig {
  /** An existing server, `host:port`; null: the embedded one. */
  readonly address: string | null;
  readonly namespace: string;
  /** The executable that TEMPORAL_CLI names. */
  readonly cli: string | null;
  /** The standard TEMPORAL_* variables, for the SDK to read TLS, keys and metadata from. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface SessionConfig {
  readonly mainKey: string;
  readonly resetPrompt: string | null;
  readonly isolation: { readonly enabled: boolean; readonly defaultScope: SessionScope };
  /** Null: never. */
  readonly idleArchiveAfterMs: number | null;
  readonly archivedInbound: ArchivedInbound;
  /** Messages that may wait in one session. */
  readonly maxWaiting: number;
}

export type ChannelsConfig = { readonly [Name in ChannelName]?: NonNullable<FileConfig['channels']>[Name] };

export interface ModelsConfig {
  /**
   * `provider:model`, a bare provider whose model is still to be chosen, or `offline`. What nobody set is found from the
   * keys that are there.
   */
  readonly default: string;
  /** Asked in this order when a session's own model fails for good, `provider:model` each. */
  readonly fallbacks: readonly string[];
  /** Of the account that the default model belongs to. */
  readonly limits: QueueLimits;
  /** The most tokens of a request and its answer together, where a provider says nothing else. */
  readonly contextTokens: number;
  /** Everything that somebody has set up, by name; the name stands before the colon of a model. */
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  /** `builtin`, `none`, or `provider:model`. */
  readonly embeddings: string;
}

/** One account at a provider, or one server of one's own. */
export interface ProviderConfig {
  /** `openai`, `anthropic`, `ollama`, or another that LangChain's `initChatModel` knows. */
  readonly kind: string;
  readonly apiKey: Secret | null;
  /** Null: the provider's own server. */
  readonly baseUrl: string | null;
  /** Whether the server is on this machine: then it is slow, and few calls run at once. */
  readonly isLocal: boolean;
  readonly contextTokens: number;
  readonly limits: QueueLimits;
}
