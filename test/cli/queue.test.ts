import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ContractServer, problem } from './contract-server.ts';
import { runCommand } from './run-command.ts';

let server: ContractServer;
beforeEach(async () => {
  server = await ContractServer.open();
});
afterEach(() => server[Symbol.asyncDispose]());

const limits = {
  slots: 4,
  requestsPerSecond: 2.5,
  requestsPerSecondPerSession: null,
  tokensPerMinute: 100_000,
};
const run = (...args: readonly string[]) => runCommand({ url: server.url }, ['queue', ...args]);

describe('queue limit', () => {
  test('sends what was named, "none" as no limit, and says what holds', async () => {
    server.on('PUT /api/queue/limits', { body: { limits } });
    const { stdout } = await run('limit', '--slots', '4', '--tpm', 'none', '--provider', 'big');
    expect(server.requests[0]?.body).toEqual({ provider: 'big', slots: 4, tokensPerMinute: null });
    expect(stdout).toBe('Limits: 4 at once, 2.5 calls a second, 100,000 tokens a minute.\n');
  });

  test('without a limit, or with a bad one, is bad usage', async () => {
    expect((await run('limit')).exitCode).toBe(2);
    expect((await run('limit', '--slots', '0')).exitCode).toBe(2);
    expect(server.requests).toEqual([]);
  });

  test('of an unknown provider ends with 5', async () => {
    server.on('PUT /api/queue/limits', problem(404, 'unknown-provider', 'There is no provider x.'));
    expect((await run('limit', '--provider', 'x', '--rps', '1')).exitCode).toBe(5);
  });
});
