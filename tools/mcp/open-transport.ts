import type { Transport } from '@modelcontextprotocol/client';
import type { McpServerConfig } from '../../config/tools-config.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** The most that one message of a server may have; bytes. */
export const longestMessage = 4 * 1024 * 1024;

/** The way to a server: a process of our own, or HTTP. The libraries are loaded by the first server that is used. */
export async function openTransport(config: McpServerConfig): Promise<Transport> {
  if (config.kind === 'http') {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
    const headers = Object.fromEntries(
      Object.entries(config.headers).map(([name, value]) => [name, value.reveal()]),
    );
    return new StreamableHTTPClientTransport(new URL(config.url), {
      requestInit: { headers },
      fetch: boundedFetch(longestMessage),
    });
  }
  const { DEFAULT_INHERITED_ENV_VARS, StdioClientTransport } =
    await import('@modelcontextprotocol/client/stdio');
  const given = Object.entries(config.env).map(([name, value]) => [name, value.reveal()] as const);
  // The library would hand on more of our own environment than the path on which programs are found.
  const withheld = DEFAULT_INHERITED_ENV_VARS.filter((name) => name !== 'PATH').map(
    (name) => [name, undefined] as const,
  );
  return new StdioClientTransport({
    command: config.command,
    args: [...config.args],
    // Variables without a value are none to the system that starts the process.
    env: Object.fromEntries([...withheld, ...given]) as Record<string, string>,
    stderr: 'ignore',
    maxBufferSize: longestMessage,
  });
}
