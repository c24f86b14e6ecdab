import type { ToolSource } from '../domain/tools/tool-definition.ts';
import { describeTool } from './content-hash.ts';
import type { McpServer } from './mcp/mcp-server.ts';
import type { Tool } from './tool.ts';

/** Every tool that this process can run. */
export interface Toolbox extends AsyncDisposable {
  /** Undefined when there is none of that name, or its server never told of one. */
  find(name: string): Tool | undefined;
  /** All sources, as they are now. */
  list(): readonly ToolSource[];
  /** Makes sure that servers which are down are tried again; returns at once. */
  refresh(): void;
}

/** Puts the built-in tools and those of MCP servers together. Of two with one name the first counts. */
export function openToolbox(builtIn: readonly Tool[], servers: readonly McpServer[]): Toolbox {
  const refresh = (): void => {
    for (const server of servers) server.refresh();
  };
  refresh();
  return {
    find: (name) =>
      builtIn.find((tool) => tool.name === name) ??
      servers.flatMap(({ tools }) => tools).find((tool) => tool.name === name),
    list: () => [
      { name: 'built-in', kind: 'built-in', state: 'ready', problem: null, tools: builtIn.map(describeTool) },
      ...servers.map(({ name, kind, state, problem, tools }) => ({
        name,
        kind,
        state,
        problem,
        tools: tools.map(describeTool),
      })),
    ],
    refresh,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}
