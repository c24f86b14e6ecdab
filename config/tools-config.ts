import type { ToolChoice } from '../domain/tools/tool-definition.ts';
import type { FileConfig } from './file-schema.ts';
import { Secret } from './secret.ts';

/** What models may ask for. */
export interface ToolsConfig {
  /** What sessions may use that say nothing themselves. */
  readonly default: ToolChoice;
  /** Model calls with tools in one turn. */
  readonly maxSteps: number;
  /** How long one call of a tool may take. */
  readonly callMs: number;
  /** How long a person has to allow a call. */
  readonly approvalMs: number;
  readonly mcp: Readonly<Record<string, McpServerConfig>>;
}

/** An MCP server: a program that a worker starts, or one that is reached over HTTP. */
export type McpServerConfig = {
  /** The server's own names of the tools to take from it; null: all. */
  readonly allow: readonly string[] | null;
  /** Tools of which a person is asked before each call. */
  readonly approve: ToolChoice;
} & (
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, Secret>>;
    }
  | { readonly kind: 'http'; readonly url: string; readonly headers: Readonly<Record<string, Secret>> }
);

const minuteMs = 60_000;

export function toolsConfig({ tools = {} }: FileConfig): ToolsConfig {
  const servers = Object.entries(tools.mcp ?? {}).map(
    ([name, server]) => [name, serverConfig(server)] as const,
  );
  return {
    default: tools.default ?? 'all',
    maxSteps: tools.maxSteps ?? 12,
    callMs: tools.timeout ?? 2 * minuteMs,
    approvalMs: tools.approvalExpiresAfter ?? 24 * 60 * minuteMs,
    mcp: Object.fromEntries(servers),
  };
}

type FileServer = NonNullable<NonNullable<FileConfig['tools']>['mcp']>[string];

function serverConfig(server: FileServer): McpServerConfig {
  const rules = { allow: server.allow ?? null, approve: server.approve ?? [] };
  if (server.url !== undefined)
    return { ...rules, kind: 'http', url: server.url, headers: secrets(server.headers) };
  const { command = '', args = [], env } = server;
  return { ...rules, kind: 'stdio', command, args, env: secrets(env) };
}

const secrets = (values: Readonly<Record<string, string>> = {}): Readonly<Record<string, Secret>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
