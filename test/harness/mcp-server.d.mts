import type { McpServer } from '@modelcontextprotocol/server';

/** The server's tools, as the program beside this offers them. */
export function createMcpServer(): McpServer;
