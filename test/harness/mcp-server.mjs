/**
 * A small MCP server, made with the official SDK. As a program it speaks over its standard input and output; a line of its
 * second argument says when it began, and that it has its environment.
 */
import { appendFileSync } from 'node:fs';
import { argv, env } from 'node:process';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const text = (words) => ({ content: [{ type: 'text', text: words }] });

/** The server's tools; `more` adds one, as a server does whose list changes. */
export function createMcpServer() {
  const server = new McpServer({ name: 'small', version: '1.0.0' });
  server.registerTool(
    'add',
    {
      description: 'Adds two numbers.\u0007\u202e',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      annotations: { readOnlyHint: true },
    },
    ({ a, b }) => text(String(a + b)),
  );
  server.registerTool('environment', { description: 'Names.', inputSchema: z.object({}) }, () =>
    text(Object.keys(env).toSorted().join(' ')),
  );
  server.registerTool('flood', { description: 'Too much.', inputSchema: z.object({}) }, () =>
    text('x\u001b[31m'.repeat(200_000)),
  );
  server.registerTool('sleep', { description: 'Slow.', inputSchema: z.object({}) }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    return text('awake');
  });
  server.registerTool('refuse', { description: 'Fails.', inputSchema: z.object({}) }, () => ({
    ...text('not today'),
    isError: true,
  }));
  server.registerTool('quit', { description: 'Ends the server.', inputSchema: z.object({}) }, () =>
    process.exit(3),
  );
  server.registerTool('more', { description: 'Adds a tool.', inputSchema: z.object({}) }, () => {
    server.registerTool('extra', { description: 'New.', inputSchema: z.object({}) }, () => text('new'));
    return text('there is one more');
  });
  return server;
}

if (argv[1]?.endsWith('mcp-server.mjs')) {
  if (argv[2] !== undefined) appendFileSync(argv[2], `${process.pid}\n`);
  await createMcpServer().connect(new StdioServerTransport());
}
