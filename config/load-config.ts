import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, SessionConfig, TemporalConfig } from './config.ts';
import { absolutePath, readEnvironment, type Environment } from './environment.ts';
import { errorCode, errorText } from './error-code.ts';
import { portNumber, type FileConfig } from './file-schema.ts';
import { modelsConfig } from './models-config.ts';
import { badConfig, parseFile } from './parse-file.ts';
import { secretOrNull } from './secret.ts';
import { toolsConfig } from './tools-config.ts';

/** What a command line may say over environment and file. */
export interface ConfigFlags {
  readonly home?: string;
  readonly host?: string;
  readonly port?: string;
}

/**
 * The configuration of this process in three stages: environment → file → what holds. The environment is the process's
 * own unless another is given. Throws AtriumError `bad-config`, which says where the fault is.
 */
export function loadConfig(
  flags: ConfigFlags = {},
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const environment = readEnvironment(variables);
  const home = flags.home === undefined ? environment.home : absolutePath(flags.home);
  const source = readConfigFile(home, environment);
  const file = source === undefined ? {} : parseFile(source.text, source.path, variables);
  return {
    home,
    configFile: source?.path ?? null,
    server: serverConfig(flags, environment, file),
    token: secretOrNull(environment.token ?? file.auth?.token),
    url: environment.url ?? null,
    databaseUrl: secretOrNull(environment.databaseUrl ?? file.database?.url),
    temporal: temporalConfig(environment, file),
    session: sessionConfig(file),
    channels: file.channels ?? {},
    models: modelsConfig(environment, file),
    tools: toolsConfig(file),
    language: file.language ?? 'en',
    programs: { searchPath: environment.searchPath, cacheFolder: environment.cacheFolder },
  };
}

/** Only a file that somebody named has to be there. */
function readConfigFile(
  home: string,
  { configFile }: Environment,
): { path: string; text: string } | undefined {
  const path = configFile === undefined ? join(home, 'atrium.yaml') : absolutePath(configFile);
  try {
    return { path, text: readFileSync(path, 'utf8') };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && configFile === undefined) return undefined;
    throw badConfig(`Cannot read the configuration ${path}: ${errorText(error)}`);
  }
}

function serverConfig(flags: ConfigFlags, environment: Environment, file: FileConfig): Config['server'] {
  const port = flags.port ?? environment.port ?? file.server?.port ?? 4280;
  const checked = portNumber.safeParse(port);
  if (!checked.success) {
    const source = flags.port === undefined ? 'ATRIUM_PORT' : '--port';
    throw badConfig(`${source} is "${port}"; it must be a number from 0 to 65535.`);
  }
  return {
    host: flags.host ?? environment.host ?? file.server?.host ?? '127.0.0.1',
    port: checked.data,
    allowRemote: file.auth?.allowRemote ?? false,
    publicUrl: file.server?.publicUrl ?? null,
  };
}

function temporalConfig(environment: Environment, file: FileConfig): TemporalConfig {
  const standard = Object.entries(environment.variables).flatMap(([name, value]) =>
    name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_CLI' && value !== undefined ? [[name, value]] : [],
  );
  const address = environment.temporalAddress ?? file.temporal?.address ?? null;
  // The embedded server has one namespace, whatever a shell is set up for.
  const namespace = environment.temporalNamespace ?? file.temporal?.namespace ?? 'default';
  return {
    address,
    namespace: address === null ? 'default' : namespace,
    cli: environment.temporalCli ?? file.temporal?.cli ?? null,
    variables: Object.fromEntries(standard),
  };
}

function sessionConfig({ session = {} }: FileConfig): SessionConfig {
  return {
    mainKey: session.mainKey ?? 'home',
    resetPrompt: session.resetPrompt ?? null,
    isolation: {
      enabled: session.isolation?.enabled ?? true,
      defaultScope: session.isolation?.defaultScope ?? 'per-channel',
    },
    idleArchiveAfterMs: session.idleArchiveAfter ?? null,
    archivedInbound: session.archivedInbound ?? 'restore',
    maxWaiting: session.maxWaiting ?? 100,
  };
}
