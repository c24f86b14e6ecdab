import { existsSync } from 'node:fs';
import type { Transport } from '@modelcontextprotocol/client';
import type { Secret } from '../../config/secret.ts';
import type { McpServerConfig } from '../../config/tools-config.ts';
import { boundedFetch } from './bounded-fetch.ts';

/** The most that one message of a server may have; bytes. */
const longestMessage = 4 * 1024 * 1024;
/** The end of what a program says, for people; UTF-16 units. */
const longestWords = 1_000;

/** A way to a server, and the last that its program had to say beside it. */
export interface OpenedTransport {
  readonly transport: Transport;
  readonly lastWords: () => string;
}

/** A process of our own, or HTTP. The libraries are loaded by the first server that is used. */
export async function openTransport(config: McpServerConfig): Promise<OpenedTransport> {
  return config.kind === 'http' ? openHttp(config) : openProgram(config);
}

type HttpConfig = Extract<McpServerConfig, { kind: 'http' }>;
type ProgramConfig = Extract<McpServerConfig, { kind: 'stdio' }>;

async function openHttp({ url, headers }: HttpConfig): Promise<OpenedTransport> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: revealed(headers) },
    fetch: boundedFetch(longestMessage),
  });
  return { transport, lastWords: () => '' };
}

async function openProgram(config: ProgramConfig): Promise<OpenedTransport> {
  const { DEFAULT_INHERITED_ENV_VARS, StdioClientTransport } =
    await import('@modelcontextprotocol/client/stdio');
  // The library would hand on more of our own environment than the path on which programs are found.
  const withheld = DEFAULT_INHERITED_ENV_VARS.filter((name) => name !== 'PATH').map(
    (name) => [name, undefined] as const,
  );
  const transport = new StdioClientTransport({
    ...endingWithUs(config),
    // Variables without a value are none to the system that starts the process.
    env: { ...Object.fromEntries(withheld), ...revealed(config.env) } as Record<string, string>,
    stderr: 'pipe',
    maxBufferSize: longestMessage,
  });
  let words = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-longestWords);
  });
  return { transport, lastWords: () => words.trim() };
}

/** A program of Linux that lets another one end with whoever started it. */
const guard = '/usr/bin/setpriv';

/** A worker that is killed cannot end its programs, and not all of them notice that nobody listens any more. */
function endingWithUs({ command, args }: ProgramConfig): {
  readonly command: string;
  readonly args: string[];
} {
  if (!existsSync(guard)) return { command, args: [...args] };
  return { command: guard, args: ['--pdeathsig', 'KILL', '--', command, ...args] };
}

const revealed = (secrets: Readonly<Record<string, Secret>>): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, value.reveal()]));
