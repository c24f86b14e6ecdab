import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { Secret } from '../../config/secret.ts';
import type { McpServerConfig } from '../../config/tools-config.ts';
import { isRunning } from '../../runtime/process-table.ts';
import { McpServer } from '../../tools/mcp/mcp-server.ts';
import { shownName } from '../../tools/mcp/mcp-tool.ts';
import { resultText } from '../../tools/mcp/result-text.ts';
import type { Tool } from '../../tools/tool.ts';
import { until } from '../harness/until.ts';
// The program is JavaScript, since Node runs it as it is.
import { createMcpServer } from '../harness/mcp-server.mjs';

const program = join(import.meta.dirname, '../harness/mcp-server.mjs');
const pidFile = (): string => join(mkdtempSync(join(tmpdir(), 'atrium-mcp-')), 'pids');
const pidsIn = (file: string): readonly number[] => readFileSync(file, 'utf8').trim().split('\n').map(Number);

const stdio = (change: Partial<McpServerConfig> = {}, file = pidFile()): McpServerConfig => ({
  kind: 'stdio',
  command: process.execPath,
  args: [program, file],
  env: { GIVEN: new Secret('the-secret-value') },
  allow: null,
  approve: [],
  ...(change as object),
});
const http = (url: string): McpServerConfig => ({ kind: 'http', url, headers: {}, allow: null, approve: [] });

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

function open(config: McpServerConfig, callMs = 20_000): McpServer {
  const server = new McpServer({ name: 'small', config, callMs, onChange: () => undefined });
  opened.push(server);
  server.refresh();
  return server;
}

const ready = (server: McpServer) =>
  until(() => server.state === 'ready', { what: `the server to be ready (${server.problem})` });
const toolOf = (server: McpServer, name: string): Tool => {
  const tool = server.tools.find((candidate) => candidate.name === `small__${name}`);
  if (tool === undefined) throw new Error(`There is no tool ${name}.`);
  return tool;
};
const call = (server: McpServer, name: string, args: object = {}, signal = new AbortController().signal) =>
  toolOf(server, name).run(args, {
    session: 's',
    turn: 1,
    callId: 'c1-0',
    signal,
    language: 'en',
    messageIds: [],
  });

/** The same server behind HTTP, a new one for each request. */
async function serveHttp(port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    const transport = new NodeStreamableHTTPServerTransport({});
    void createMcpServer()
      .connect(transport)
      .then(() => transport.handleRequest(request, response));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}
const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;

describe('an MCP server that is a program', () => {
  test('offers its tools under its name, cleaned, with what they say of themselves', async () => {
    const server = open(stdio({ approve: ['refuse'] }));
    await ready(server);
    expect(toolOf(server, 'add')).toMatchObject({
      description: 'Adds two numbers.',
      isIdempotent: true,
      needsApproval: false,
      parameters: { type: 'object', required: ['a', 'b'] },
    });
    expect(toolOf(server, 'refuse')).toMatchObject({ isIdempotent: false, needsApproval: true });
    expect(await call(server, 'add', { a: 2, b: 3 })).toBe('5');
  });

  test('gets no environment but what it is given and the path', async () => {
    const server = open(stdio());
    await ready(server);
    const names = (await call(server, 'environment')).split(' ');
    expect(names.filter((name) => !name.startsWith('__'))).toEqual(['GIVEN', 'PATH']);
  });

  test('offers only what the configuration takes from it', async () => {
    const server = open(stdio({ allow: ['add'] }));
    await ready(server);
    expect(server.tools.map(({ name }) => name)).toEqual(['small__add']);
  });

  test('what it sends is cleaned and bounded, and an error is thrown in its words', async () => {
    const server = open(stdio());
    await ready(server);
    const flood = await call(server, 'flood');
    expect(flood.length).toBeLessThanOrEqual(256_000);
    expect(flood).not.toContain('\u001b');
    await expect(call(server, 'refuse')).rejects.toThrow('not today');
  });

  test('takes no longer than it may, and stops when it is told to', async () => {
    const server = open(stdio(), 1_000);
    await ready(server);
    await expect(call(server, 'sleep')).rejects.toThrow(/timed? ?out/i);
    const stop = new AbortController();
    const slow = call(server, 'sleep', {}, stop.signal);
    stop.abort();
    await expect(slow).rejects.toThrow();
  });

  test('a changed list of tools is taken over', async () => {
    const server = open(stdio());
    await ready(server);
    await call(server, 'more');
    await until(() => server.tools.some(({ name }) => name === 'small__extra'), { what: 'the new tool' });
    expect(await call(server, 'extra')).toBe('new');
  });

  test('one that ends says so, keeps its tools, and comes back with the next call', async () => {
    const server = open(stdio());
    await ready(server);
    await call(server, 'quit').catch(() => undefined);
    await until(() => server.state === 'down', { what: 'the end to be noticed' });
    expect(server.problem).not.toBeNull();
    expect(await call(server, 'add', { a: 1, b: 1 })).toBe('2');
    expect(server.state).toBe('ready');
  });

  test('leaves no process behind when it is closed', async () => {
    const file = pidFile();
    const server = open(stdio({}, file));
    await ready(server);
    await server[Symbol.asyncDispose]();
    const pids = pidsIn(file);
    for (const pid of pids)
      await until(async () => !(await isRunning(pid)), { what: `the end of process ${pid}` });
    expect(pids.length).toBeGreaterThan(0);
  });

  test('one that cannot be run is down, with the reason, and nothing else happens', async () => {
    const server = open({ ...stdio(), command: '/no/such/program' } as McpServerConfig);
    await until(() => server.state === 'down', { what: 'the failure' });
    expect(server.problem).toMatch(/ENOENT|No such file/);
    expect(server.tools).toEqual([]);
  });
});

describe('an MCP server behind HTTP', () => {
  test('is used the same way', async () => {
    const served = await serveHttp();
    const server = open(http(urlOf(served)));
    await ready(server);
    expect(await call(server, 'add', { a: 2, b: 3 })).toBe('5');
    await close(served);
  });

  test('one that is away says so; its tools stay, and work again once it is back', async () => {
    const served = await serveHttp();
    const { port } = served.address() as AddressInfo;
    const server = open(http(urlOf(served)));
    await ready(server);
    await close(served);
    await expect(call(server, 'add', { a: 1, b: 1 })).rejects.toThrow();
    const back = await serveHttp(port);
    expect(await call(server, 'add', { a: 1, b: 1 })).toBe('2');
    await close(back);
  });

  test('one that was never there is down', async () => {
    const served = await serveHttp();
    const url = urlOf(served);
    await close(served);
    const server = open(http(url));
    await until(() => server.state === 'down', { what: 'the failure' });
    expect(server.problem).toContain('ECONNREFUSED');
  });
});

describe('what a model sees of a server', () => {
  test('names fit what providers take, and two stay two', () => {
    expect(shownName('files', 'read_file')).toBe('files__read_file');
    const odd = [shownName('files', 'read file'), shownName('files', 'read.file')];
    for (const name of [...odd, shownName('files', 'x'.repeat(100))])
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(new Set(odd).size).toBe(2);
  });

  test('a result without text is named', () => {
    expect(resultText({ content: [{ type: 'image', data: 'xx' }] })).toBe('[image]');
    expect(resultText({ structuredContent: { a: 1 } })).toBe('{"a":1}');
    expect(resultText({})).toBe('Done; the tool said nothing.');
    expect(() => resultText({ isError: true })).toThrow('did not say why');
  });
});
