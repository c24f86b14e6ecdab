import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../harness/until.ts';
import { messageAnswer } from './builders.ts';
import { ContractServer, problem } from './contract-server.ts';
import { runCommand, runIn, TestIo, type Ran } from './run-command.ts';

const messages = '/api/sessions/home/messages';
let server: ContractServer;
beforeEach(async () => {
  server = await ContractServer.open();
  server.on('GET /api/status', { body: { version: '1', mainSession: 'home' } });
  server.on(`POST ${messages}`, ({ body }) => ({
    status: 202,
    body: { messageId: (body as { id: string }).id, status: 'accepted' },
  }));
});
afterEach(() => server[Symbol.asyncDispose]());

interface Started {
  readonly io: TestIo;
  readonly id: string;
  readonly ran: Promise<Ran>;
}

/** Begins a turn and waits until the server has accepted its message. */
async function begin(args: readonly string[] = ['Hello']): Promise<Started> {
  const io = new TestIo({ url: server.url });
  io.input.push(null);
  const ran = runIn(io, ['chat', ...args]);
  const [post] = await until(
    () => server.seen('POST', messages).length > 0 && server.seen('POST', messages),
    {
      what: 'the post',
    },
  );
  return { io, id: (post!.body as { id: string }).id, ran };
}

const place = { session: 'home', turn: 1, at: '2026-01-01T00:00:00.000Z' };
const started = (id: string, attempt = 1) =>
  server.send('turn.started', { ...place, messageIds: [id], attempt, model: 'm' }, `1:${attempt}:0:0:a`);
const token = (text: string, end: number, attempt = 1) =>
  server.send('token', { ...place, attempt, text, end }, `1:${attempt}:${end}:0:a`);
const finished = (id: string, rest: object) =>
  server.send('turn.finished', { ...place, messageIds: [id], ...rest });
const replied = (id: string, text: string) =>
  finished(id, { outcome: 'replied', reply: messageAnswer({ text }) });

describe('chat TEXT', () => {
  test('prints the reply as it comes, before it is whole', async () => {
    const { io, id, ran } = await begin();
    started(id);
    token('Hel', 3);
    await until(() => io.stdout === 'Hel', { what: 'the first token' });
    token('lo.', 6);
    replied(id, 'Hello.');
    expect(await ran).toEqual({ stdout: 'Hello.\n', stderr: '', exitCode: 0 });
  });

  test('a connection that breaks is taken up where it was: no gap, no repeat', async () => {
    const { io, id, ran } = await begin();
    started(id);
    token('Hel', 3);
    await until(() => io.stdout === 'Hel', { what: 'the first token' });
    server.cut();
    await server.followed(2);
    expect(server.requests.at(-1)!.headers['last-event-id']).toBe('1:1:3:0:a');
    token('Hel', 3);
    token('ello.', 6);
    replied(id, 'Hello.');
    expect((await ran).stdout).toBe('Hello.\n');
    expect(server.seen('POST', messages)).toHaveLength(1);
  });

  test('a stream that cannot be taken up asks for the outcome by the id of the message', async () => {
    const { id, ran } = await begin();
    server.on(`POST ${messages}`, { body: { messageId: id, outcome: 'replied', reply: messageAnswer() } });
    server.cut();
    expect(await ran).toMatchObject({ stdout: 'Hello.\n', exitCode: 0 });
    const posts = server.seen('POST', messages).map(({ body }) => body);
    expect(posts).toEqual([posts[0], posts[0]]);
  });

  test('another attempt is printed from its beginning, and standard error says so', async () => {
    const { id, ran } = await begin();
    started(id);
    token('Hel', 3);
    server.send('turn.reset', { ...place, attempt: 2, reason: 'worker-lost' });
    token('lo', 5, 1);
    token('Good day.', 9, 2);
    replied(id, 'Good day.');
    expect(await ran).toEqual({
      stdout: 'Hel\nGood day.\n',
      stderr: '· The worker was lost; the question is asked again.\n',
      exitCode: 0,
    });
  });

  test('other turns of the session are not printed', async () => {
    const { id, ran } = await begin();
    server.send('turn.started', { ...place, turn: 1, messageIds: ['other'], attempt: 1, model: 'm' });
    server.send('token', { ...place, turn: 1, attempt: 1, text: 'Not for you', end: 11 });
    server.send('turn.finished', {
      ...place,
      turn: 1,
      messageIds: ['other'],
      outcome: 'replied',
      reply: messageAnswer(),
    });
    server.send('turn.started', { ...place, turn: 2, messageIds: [id], attempt: 1, model: 'm' });
    server.send('token', { ...place, turn: 2, attempt: 1, text: 'For you', end: 7 });
    server.send('turn.finished', {
      ...place,
      turn: 2,
      messageIds: [id],
      outcome: 'replied',
      reply: messageAnswer(),
    });
    expect((await ran).stdout).toBe('For you\n');
  });

  test('what would command the terminal is shown, and a character that comes in halves is whole', async () => {
    const { id, ran } = await begin();
    started(id);
    token('\u001b[2J\ud83d', 5);
    token('\ude00', 6);
    replied(id, '');
    expect((await ran).stdout).toBe('␛[2J😀\n');
  });

  test.each(['failed', 'refused', 'withdrawn', 'interrupted'] as const)(
    '%s is exit code 1',
    async (outcome) => {
      const { id, ran } = await begin();
      finished(id, { outcome, problem: { code: 'model-failed', detail: 'The model said no.' } });
      expect(await ran).toMatchObject({ exitCode: 1, stdout: '' });
    },
  );

  test('--json is one document and nothing else', async () => {
    const { id, ran } = await begin(['--json', 'Hello', 'there']);
    started(id);
    token('Hel', 3);
    const failure = {
      type: 't',
      title: 't',
      status: 502,
      code: 'model-failed',
      detail: 'The model said no.',
    };
    finished(id, { outcome: 'failed', problem: failure });
    const { stdout, exitCode } = await ran;
    expect(JSON.parse(stdout)).toEqual({
      sessionKey: 'home',
      messageId: id,
      outcome: 'failed',
      problem: failure,
    });
    expect(exitCode).toBe(1);
    expect(server.seen('POST', messages)[0]!.body).toMatchObject({ text: 'Hello there' });
  });

  test('a message that is held for an archived session says how it gets its answer', async () => {
    server.on(`POST ${messages}`, { status: 202, body: { messageId: 'x', status: 'held' } });
    const ran = await runCommand({ url: server.url }, ['chat', 'Hello']);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('atrium sessions restore home');
  });

  test('a message that the server refuses ends with its reason', async () => {
    server.on(
      `POST ${messages}`,
      problem(409, 'session-archived', 'Session home is archived and takes no messages.'),
    );
    const ran = await runCommand({ url: server.url }, ['chat', 'Hello']);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('takes no messages');
  });
});

describe('where the text comes from', () => {
  test.each([
    ['standard input that is no terminal', []],
    ['"-"', ['-']],
  ])('%s', async (_name, args) => {
    server.on(`POST ${messages}`, problem(413, 'message-too-large', 'Too large.'));
    const ran = await runCommand({ url: server.url }, ['chat', ...args], 'two\nlines\n');
    expect(server.seen('POST', messages)[0]!.body).toMatchObject({ text: 'two\nlines' });
    expect(ran.exitCode).toBe(2);
  });

  test('nothing at all, or --json without a message, is bad usage', async () => {
    expect((await runCommand({ url: server.url }, ['chat'], '')).exitCode).toBe(2);
    expect((await runCommand({ url: server.url }, ['chat', ' '])).exitCode).toBe(2);
    expect((await runCommand({ url: server.url, columns: 80 }, ['chat', '--json'])).exitCode).toBe(2);
    expect(server.requests).toEqual([]);
  });

  test('a session that is not there is exit code 5', async () => {
    server.on(
      'GET /api/sessions/nowhere/events',
      problem(404, 'unknown-session', 'There is no session nowhere.'),
    );
    const ran = await runCommand({ url: server.url }, ['chat', '--session', 'nowhere', 'Hello']);
    expect(ran.exitCode).toBe(5);
  });
});
