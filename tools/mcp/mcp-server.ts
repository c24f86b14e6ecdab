import type { Client } from '@modelcontextprotocol/client';
import type { McpServerConfig } from '../../config/tools-config.ts';
import type { ToolSource } from '../../domain/tools/tool-definition.ts';
import { cleanText } from '../clean-text.ts';
import type { Tool, ToolCall } from '../tool.ts';
import { createMcpTool } from './mcp-tool.ts';
import { openTransport } from './open-transport.ts';
import { resultText } from './result-text.ts';

/** How long a server may take to come up, and to list its tools; milliseconds. */
const connectMs = 20_000;
/** How long to wait for a sign that a server speaks the newer protocol; milliseconds. */
const probeMs = 3_000;
/** A server that was down just now is left alone for so long, unless somebody wants to use it; milliseconds. */
const pauseMs = 20_000;
/** More than any model should choose from; the rest of a server's list is left out. */
const mostTools = 64;
const mostPages = 8;
const longestProblem = 300;

export interface McpServerOptions {
  readonly name: string;
  readonly config: McpServerConfig;
  /** How long one call may take; milliseconds. */
  readonly callMs: number;
  /** Hears of every change of state or tools. */
  readonly onChange: () => void;
}

/**
 * One MCP server. It is connected when it is first wanted, and again at the next use after it was lost; whatever it does,
 * nobody but its own callers notices. Everything that it says is bounded and cleaned.
 */
export class McpServer implements AsyncDisposable {
  readonly name: string;
  readonly kind: 'stdio' | 'http';
  readonly #options: McpServerOptions;
  #tools: readonly Tool[] = [];
  #state: ToolSource['state'] = 'starting';
  #problem: string | null = null;
  #client: Promise<Client> | undefined;
  #failedAt = 0;
  #lastWords = (): string => '';
  readonly #closing = new AbortController();

  constructor(options: McpServerOptions) {
    this.name = options.name;
    this.kind = options.config.kind;
    this.#options = options;
  }

  get state(): ToolSource['state'] {
    return this.#state;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** As last listed; they stay while the server is away, since calling one brings it back. */
  get tools(): readonly Tool[] {
    return this.#tools;
  }

  /** Connects a server that is not connected, unless it failed a moment ago. Returns at once. */
  refresh(): void {
    if (this.#client !== undefined || Date.now() - this.#failedAt < pauseMs) return;
    this.#connected().catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const client = await this.#client?.catch(() => undefined);
    await client?.close().catch(() => undefined);
  }

  #connected(): Promise<Client> {
    if (this.#closing.signal.aborted) return Promise.reject(new Error('The worker stops.'));
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#lose(error);
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const { Client } = await import('@modelcontextprotocol/client');
    const client = new Client(
      { name: 'atrium', version: '1' },
      {
        versionNegotiation: { mode: 'auto', probe: { timeoutMs: probeMs } },
        listMaxPages: mostPages,
        listChanged: {
          tools: { autoRefresh: false, onChanged: () => void this.#list(client).catch(ignore) },
        },
      },
    );
    const { transport, lastWords } = await openTransport(this.#options.config);
    this.#lastWords = lastWords;
    try {
      await client.connect(transport, { timeout: connectMs, signal: this.#closing.signal });
      await this.#list(client);
    } catch (error) {
      await client.close().catch(ignore);
      await transport.close().catch(ignore);
      throw error;
    }
    Object.assign(client, { onclose: () => this.#lose(new Error('The server ended the connection.')) });
    return client;
  }

  async #list(client: Client): Promise<void> {
    const { tools } = await client.listTools(undefined, {
      timeout: connectMs,
      maxTotalTimeout: connectMs,
      signal: this.#closing.signal,
    });
    const { allow } = this.#options.config;
    this.#tools = tools
      .filter(({ name }) => allow === null || allow.includes(name))
      .slice(0, mostTools)
      .flatMap((offered) => {
        const source = { name: this.name, needsApproval: (tool: string) => this.#needsApproval(tool) };
        const call = (args: unknown, how: ToolCall): Promise<string> => this.#call(offered.name, args, how);
        return createMcpTool(source, offered, call) ?? [];
      });
    this.#become('ready', null);
  }

  #needsApproval(tool: string): boolean {
    const { approve } = this.#options.config;
    return approve === 'all' || approve.includes(tool);
  }

  async #call(name: string, args: unknown, { signal }: ToolCall): Promise<string> {
    const client = await this.#connected().catch(() => {
      throw new Error(`The server of this tool cannot be reached: ${this.#problem ?? 'it does not answer'}`);
    });
    const timeout = this.#options.callMs;
    const called = await client.callTool(
      // What was held against the tool's schema is an object.
      { name, arguments: args as Record<string, unknown> },
      { signal, timeout, maxTotalTimeout: timeout },
    );
    return resultText(called);
  }

  #lose(error: unknown): void {
    this.#client = undefined;
    this.#failedAt = Date.now();
    if (this.#closing.signal.aborted) return;
    const said = this.#lastWords();
    const problem = said === '' ? wordsOf(error) : `${wordsOf(error)} It said: ${said}`;
    this.#become('down', this.#withoutSecrets(cleanText(problem, longestProblem)));
  }

  /** A server may repeat what it was sent. */
  #withoutSecrets(text: string): string {
    const { config } = this.#options;
    const secrets = Object.values(config.kind === 'http' ? config.headers : config.env);
    return secrets.reduce((known, secret) => {
      const value = secret.reveal();
      return value.length < 4 ? known : known.replaceAll(value, '***');
    }, text);
  }

  #become(state: ToolSource['state'], problem: string | null): void {
    this.#state = state;
    this.#problem = problem;
    this.#options.onChange();
  }
}

/** The words of an error and of those under it: the network says at the bottom what happened. */
function wordsOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message = String(Reflect.get(error, 'message') ?? error);
  const cause: unknown = Reflect.get(error, 'cause');
  const below = cause === undefined ? '' : wordsOf(cause);
  return below === '' || message.includes(below) ? message : `${message}: ${below}`;
}

const ignore = (): void => undefined;
