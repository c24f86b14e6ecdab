import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { messageAnswer } from './builders.ts';
import { ContractServer, problem } from './contract-server.ts';
import { runCommand } from './run-command.ts';

let server: ContractServer;
beforeEach(async () => {
  server = await ContractServer.open();
});
afterEach(() => server[Symbol.asyncDispose]());

const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const report = { checked: 2, differences: [], failures: [], incomplete: [] };
const difference = { key: 'home', kind: 'missing-row', at: 'm1' };

describe('verify', () => {
  test('0 when histories and database agree, with progress on a terminal alone', async () => {
    server.on('POST /api/verify', {
      events: event('progress', { done: 1, total: 2 }) + event('done', report),
    });
    const piped = await runCommand({ url: server.url }, ['verify']);
    expect(piped).toEqual({
      stdout: 'The histories and the database agree (2 sessions).\n',
      stderr: '',
      exitCode: 0,
    });
    const seen = await runCommand({ url: server.url, columns: 80 }, ['verify']);
    expect(seen.stderr).toContain('Verifying 1 of 2 sessions (50 %)');
    const dumb = await runCommand({ url: server.url, columns: 80, isDumb: true }, ['verify']);
    expect(dumb.stderr).toBe('');
  });

  test('I9: 1 with the differences listed, as text and as JSON', async () => {
    const found = { ...report, differences: [difference] };
    server.on('POST /api/verify', { events: event('done', found) });
    const text = await runCommand({ url: server.url }, ['verify', 'home']);
    expect(server.requests[0]!.body).toEqual({ session: 'home' });
    expect(text).toMatchObject({ exitCode: 1, stdout: 'home: the database does not have the message m1\n' });
    expect(text.stderr).toContain('atrium rebuild home');
    const json = await runCommand({ url: server.url }, ['verify', '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual(found);
  });

  test('I12: a history that cannot be replayed is a failure, too', async () => {
    const failures = [{ key: 'home', reason: 'It was written by another release.' }];
    server.on('POST /api/verify', { events: event('done', { ...report, failures }) });
    const ran = await runCommand({ url: server.url }, ['verify']);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('written by another release');
  });

  test('a problem in the middle, and a stream that breaks off, are no agreement', async () => {
    const refused = { code: 'unknown-session', detail: 'There is no session x.', status: 404 };
    server.on('POST /api/verify', { events: event('problem', refused) });
    expect(await runCommand({ url: server.url }, ['verify', 'x'])).toMatchObject({ exitCode: 5, stdout: '' });
    server.on('POST /api/verify', { events: event('progress', { done: 1, total: 2 }) });
    expect(await runCommand({ url: server.url }, ['verify'])).toMatchObject({ exitCode: 1, stdout: '' });
  });
});

describe('rebuild', () => {
  const rebuilt = { rebuilt: 2, removed: [], failures: [] };

  test('without a terminal it needs --yes', async () => {
    server.on('POST /api/rebuild', { events: event('done', rebuilt) });
    expect((await runCommand({ url: server.url }, ['rebuild'])).exitCode).toBe(2);
    expect(server.requests).toEqual([]);
    const done = await runCommand({ url: server.url }, ['rebuild', '--yes', '--json']);
    expect(done.exitCode).toBe(0);
    expect(JSON.parse(done.stdout)).toEqual(rebuilt);
  });

  test('1 when sessions could not be replayed', async () => {
    const failures = [{ key: 'home', reason: 'It was written by another release.' }];
    server.on('POST /api/rebuild', { events: event('done', { ...rebuilt, failures }) });
    const ran = await runCommand({ url: server.url }, ['rebuild', 'home', '--yes']);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('another release');
  });
});

const step = (n: number) => ({
  n,
  at: '2026-01-01T00:00:00.123Z',
  kind: 'message',
  title: `Message ${n} \u001b[2J`,
  turn: 1,
  ...(n === 1 ? { waitedMs: 1500 } : {}),
});

describe('replay', () => {
  test('prints each step with its number, time, kind, title and wait', async () => {
    server.on('GET /api/sessions/home/timeline', { body: { items: [step(0), step(1)] } });
    const { stdout } = await runCommand({ url: server.url }, ['replay', 'home']);
    const [, first, second] = stdout.split('\n');
    expect(first).toBe('0  2026-01-01 00:00:00.123     1  message  Message 0 ␛[2J');
    expect(second).toMatch(/^1 .*1\.5 s$/);
  });

  test('a long past is read page by page', async () => {
    server.on('GET /api/sessions/home/timeline', ({ path }) => {
      const from = Number(new URL(path, server.url).searchParams.get('from'));
      const count = from === 0 ? 5000 : 3;
      return { body: { items: Array.from({ length: count }, (_, index) => step(from + index)) } };
    });
    const { stdout } = await runCommand({ url: server.url }, ['replay', 'home', '--json']);
    const { items } = JSON.parse(stdout) as { items: { n: number }[] };
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: 5003 }, (_, n) => n));
  });

  test('--at shows all that the session knew, and what the model was shown', async () => {
    const moment = {
      step: step(1),
      facts: { title: 'Home', archivedAt: null },
      transcript: [messageAnswer({ text: 'Good day.' })],
      inbox: [{ id: 'i', text: 'waits' }],
      context: { call: 'c', instructions: 'Be kind.', messages: [{ role: 'user', text: 'Hi' }], tokens: 12 },
      added: null,
    };
    server.on('GET /api/sessions/home/timeline/1', { body: moment });
    const { stdout } = await runCommand({ url: server.url }, ['replay', 'home', '--at', '1']);
    for (const part of ['Step 1', 'Home', 'waits', 'Good day.', 'Be kind.', 'user: Hi', '12 tokens'])
      expect(stdout).toContain(part);
    const json = await runCommand({ url: server.url }, ['replay', 'home', '--at', '1', '--json']);
    expect(JSON.parse(json.stdout)).toEqual(moment);
  });

  test('a step that is not there is exit code 5, a number that is none is 2', async () => {
    server.on('GET /api/sessions/home/timeline/9', problem(404, 'unknown-step', 'There is no step 9.'));
    expect((await runCommand({ url: server.url }, ['replay', 'home', '--at', '9'])).exitCode).toBe(5);
    expect((await runCommand({ url: server.url }, ['replay', 'home', '--at', 'x'])).exitCode).toBe(2);
  });
});
