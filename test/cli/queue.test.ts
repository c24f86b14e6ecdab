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

const since = new Date(Date.now() - 65_000).toISOString();
const rates = { requests: 12, tokens: 3_400 };
const call = { turn: 3, kind: 'reply', provider: 'default', since };
const shown = {
  running: [{ ...call, session: 'home', model: 'openai:small', tokens: 210 }],
  waiting: [
    { ...call, session: 'kyoto', place: 1, reason: 'slots', priority: 1 },
    {
      ...call,
      session: 'a\u001b]0;b',
      kind: 'title',
      place: 2,
      reason: 'tokens',
      retryAt: since,
      priority: 3,
    },
  ],
  rates,
  limits,
  providers: [{ name: 'default', state: 'failing', since, retryAt: null, rates, limits }],
};

describe('queue', () => {
  test('shows who runs and who waits, for how long and why, and the limits', async () => {
    server.on('GET /api/queue', { body: shown });
    const { stdout } = await run();
    const lines = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '));
    expect(lines).toEqual([
      'RUNNING  WHAT  MODEL  FOR  TOKENS',
      'home  turn 3  openai:small  1 min 05 s  210',
      'WAITING  WHAT  AHEAD  FOR  WHY',
      'kyoto  turn 3  1  1 min 05 s  all slots are taken',
      'a␛]0;b  title  2  1 min 05 s  tokens a minute, again in 0 ms',
      'Last minute: 12 calls, 3,400 tokens.',
      'Limits of default: 4 at once, 2.5 calls a second, 100,000 tokens a minute. It fails at the moment.',
      '',
    ]);
  });

  test('says of a provider that fails every call since when, and what becomes of calls', async () => {
    const open = { ...shown.providers[0], state: 'open', retryAt: since };
    server.on('GET /api/queue', { body: { ...shown, providers: [open] } });
    expect((await run()).stdout).toContain(
      'It has failed every call for 1 min 05 s; calls wait while one at a time tries it.',
    );
  });

  test('says so when there is nothing, and --json is the answer alone', async () => {
    const empty = { ...shown, running: [], waiting: [] };
    server.on('GET /api/queue', { body: empty });
    expect((await run()).stdout).toMatch(/^Nothing runs and nothing waits\./);
    expect(JSON.parse((await run('--json')).stdout)).toEqual(empty);
  });
});

describe('queue limit', () => {
  test('sends what was named, "none" as no limit, and says what holds', async () => {
    server.on('PUT /api/queue/limits', { body: { limits } });
    const { stdout } = await run('limit', '--slots', '4', '--tpm', 'none', '--provider', 'big');
    expect(server.requests[0]?.body).toEqual({ provider: 'big', slots: 4, tokensPerMinute: null });
    expect(stdout).toBe('Limits: 4 at once, 2.5 calls a second, 100,000 tokens a minute.\n');
    expect(JSON.parse((await run('limit', '--rps', '1', '--json')).stdout)).toEqual({ limits });
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
