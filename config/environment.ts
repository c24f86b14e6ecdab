import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** The environment as Atrium reads it: what is set, by our names, not yet checked. An empty variable counts as not set. */
export interface Environment {
  /** ATRIUM_HOME, absolute. */
  readonly home: string;
  readonly configFile?: string;
  readonly host?: string;
  readonly port?: string;
  readonly token?: string;
  readonly url?: string;
  readonly databaseUrl?: string;
  readonly temporalAddress?: string;
  readonly temporalNamespace?: string;
  readonly temporalCli?: string;
  readonly model?: string;
  readonly openaiKey?: string;
  readonly openaiBaseUrl?: string;
  readonly anthropicKey?: string;
  readonly ollamaHost?: string;
  readonly embeddings?: string;
  /** The value of PATH. */
  readonly searchPath: string;
  /** Where fetched programs are kept, for all homes of this account. */
  readonly cacheFolder: string;
  /** Every variable, for `${NAME}` in the file and for Temporal's own settings. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const names = {
  configFile: 'ATRIUM_CONFIG',
  host: 'ATRIUM_HOST',
  port: 'ATRIUM_PORT',
  token: 'ATRIUM_TOKEN',
  url: 'ATRIUM_URL',
  databaseUrl: 'DATABASE_URL',
  temporalAddress: 'TEMPORAL_ADDRESS',
  temporalNamespace: 'TEMPORAL_NAMESPACE',
  temporalCli: 'TEMPORAL_CLI',
  model: 'ATRIUM_MODEL',
  openaiKey: 'OPENAI_API_KEY',
  openaiBaseUrl: 'OPENAI_BASE_URL',
  anthropicKey: 'ANTHROPIC_API_KEY',
  ollamaHost: 'OLLAMA_HOST',
  embeddings: 'ATRIUM_EMBEDDINGS',
} as const;

/** Picks what concerns Atrium out of a process's variables. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const set = Object.entries(names)
    .map(([field, name]) => [field, variables[name]] as const)
    .filter(([, value]) => value !== undefined && value.trim() !== '');
  const userHome = variables['HOME'] || homedir();
  return {
    ...Object.fromEntries(set),
    home: absolutePath(variables['ATRIUM_HOME'] || '~/.atrium', userHome),
    searchPath: variables['PATH'] ?? '',
    cacheFolder: join(cacheRoot(variables['XDG_CACHE_HOME'], userHome), 'atrium'),
    variables,
  };
}

/** An absolute path; `~/` is the user's home also where no shell has replaced it. */
export const absolutePath = (path: string, userHome: string = homedir()): string =>
  path.startsWith('~/') ? join(userHome, path.slice(2)) : resolve(path);

/** The standard says that a relative folder counts as not set. */
const cacheRoot = (named: string | undefined, userHome: string): string =>
  named !== undefined && isAbsolute(named) ? named : join(userHome, '.cache');
