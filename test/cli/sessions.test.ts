import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { textWidth } from '../../cli/output/width.ts';
import { findFreePort } from '../../runtime/free-port.ts';
import { until } from '../harness/until.ts';
import { messageAnswer, sessionAnswer } from './builders.ts';
import { ContractServer, problem } from './contract-server.ts';
import { runCommand, runIn, TestIo } from './run-command.ts';

let server: ContractServer;
beforeEach(async () => {
  server = await ContractServer.open();
});
afterEach(() => server[Symbol.asyncDispose]());

const counts = { active: 3, archived: 1, pinned: 1, all: 4 };
const pageOf = (items: readonly object[], nextCursor: string | null = null) => ({
  body: { items, nextCursor, counts },
});

describe('sessions list', () => {
  test('a table fits the terminal, with Chinese titles in two columns a character', async () => {
    const title = '关于京都之行的计划，住在哪里，去看什么';
    const items = [
      sessionAnswer({ key: 'kyoto', title, running: true, waiting: 2 }),
      sessionAnswer({ key: 's-abcdefghijkl', title: 'Short' }),
    ];
    server.on('GET /api/sessions', pageOf(items));
    const { stdout } = await runCommand({ url: server.url, columns: 78 }, ['sessions', 'list']);
    // Whether a terminal gets colours is up to the environment.
    const lines = stripVTControlCharacters(stdout).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(Math.max(...lines.map((line) => textWidth(line)))).toBeLessThanOrEqual(78);
    const starts = lines.map((line) => textWidth(/^(.*?)(STATUS|active)/.exec(line)?.[1] ?? ''));
    expect(new Set(starts).size).toBe(1);
    expect(lines[1]).toContain('active, running, 2 waiting');
  });

  test('a title that would command the terminal is shown, not obeyed', async () => {
    server.on('GET /api/sessions', pageOf([sessionAnswer({ title: 'a\u001b]0;owned\u0007b\u202ec' })]));
    const { stdout } = await runCommand({ url: server.url }, ['sessions', 'list']);
    expect(stdout).toContain('a␛]0;owned␇b\ufffdc');
  });

  test('every wish goes to the server, and --json is its answer alone', async () => {
    const answer = pageOf([sessionAnswer({ title: 'a\u009bb' })], 'next');
    server.on('GET /api/sessions', answer);
    const args = [
      '--status',
      'all',
      '-q',
      'two words',
      '--tag',
      't',
      '--sort',
      'title',
      '--limit',
      '7',
      '--cursor',
      'c',
    ];
    const { stdout, stderr } = await runCommand({ url: server.url }, ['sessions', 'list', ...args, '--json']);
    expect(JSON.parse(stdout)).toEqual(answer.body);
    expect(stdout).not.toContain('\u009b');
    expect(stderr).toBe('');
    const query = new URL(server.requests[0]!.path, server.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      status: 'all',
      q: 'two words',
      tag: 't',
      sort: 'title',
      limit: '7',
      cursor: 'c',
    });
  });

  test('where there is more, standard error says how to get it', async () => {
    server.on('GET /api/sessions', pageOf([sessionAnswer()], 'abc'));
    const { stdout, stderr } = await runCommand({ url: server.url }, ['sessions', 'list']);
    expect(stdout).not.toContain('abc');
    expect(stderr).toContain('--cursor abc');
  });
});

describe('exit codes', () => {
  test('0: done', async () => {
    server.on('GET /api/sessions/home', { body: sessionAnswer() });
    expect((await runCommand({ url: server.url }, ['sessions', 'show', 'home'])).exitCode).toBe(0);
  });

  test('2: what cannot be a key, an option or a number is refused before anything is sent', async () => {
    const wrong = [
      ['show', '../x'],
      ['show', 'create'],
      ['list', '--limit', '0'],
      ['list', '--nonsense'],
      ['rename', 'home'],
    ];
    for (const args of wrong)
      expect((await runCommand({ url: server.url }, ['sessions', ...args])).exitCode).toBe(2);
    expect(server.requests).toEqual([]);
  });

  test('3: nobody answers, or something that is no Atrium', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    const away = await runCommand({ url }, ['sessions', 'list']);
    expect(away).toMatchObject({ exitCode: 3, stdout: '' });
    expect(away.stderr).toContain(url);
    server.on('GET /api/sessions', { events: '<html>' });
    expect((await runCommand({ url: server.url }, ['sessions', 'list'])).exitCode).toBe(3);
  });

  test.each([
    [400, 2],
    [401, 4],
    [403, 4],
    [404, 5],
    [409, 1],
    [410, 5],
    [421, 4],
    [503, 1],
  ])('an answer of %d is exit code %d', async (status, exitCode) => {
    server.on('POST /api/sessions/home/pin', problem(status, 'some-code', 'It cannot be done.'));
    const ran = await runCommand({ url: server.url }, ['sessions', 'pin', 'home']);
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(ran.stderr).toContain('It cannot be done.');
  });

  test('the token never shows in what is printed', async () => {
    server.on('GET /api/sessions', problem(401, 'unauthorized', 'A token is needed.'));
    const ran = await runCommand({ url: server.url }, ['sessions', 'list']);
    expect(server.requests[0]!.headers.authorization).toBe('Bearer token');
    expect(ran.stderr).not.toContain('Bearer');
  });
});

describe('changes', () => {
  test('create sends what was given and answers with the key', async () => {
    server.on('POST /api/sessions/create', {
      status: 201,
      body: { sessionKey: 'kyoto', session: sessionAnswer() },
    });
    const args = ['create', 'kyoto', '--title', 'Trip', '--tag', 'a', 'b', '--json'];
    const { stdout } = await runCommand({ url: server.url }, ['sessions', ...args]);
    expect(server.requests[0]!.body).toEqual({ key: 'kyoto', title: 'Trip', tags: ['a', 'b'] });
    expect(JSON.parse(stdout)).toMatchObject({ sessionKey: 'kyoto' });
  });

  test.each(['archive', 'restore', 'pin', 'unpin'])(
    '%s calls its verb and prints {session} as JSON',
    async (verb) => {
      server.on(`POST /api/sessions/home/${verb}`, { body: { session: sessionAnswer() } });
      const { stdout, exitCode } = await runCommand({ url: server.url }, [
        'sessions',
        verb,
        'home',
        '--json',
      ]);
      expect(JSON.parse(stdout)).toEqual({ session: sessionAnswer() });
      expect(exitCode).toBe(0);
    },
  );

  test('rename gives a title by PATCH', async () => {
    server.on('PATCH /api/sessions/home', { body: sessionAnswer({ title: 'New' }) });
    const { stdout } = await runCommand({ url: server.url }, ['sessions', 'rename', 'home', 'New']);
    expect(server.requests[0]!.body).toEqual({ title: 'New' });
    expect(stdout).toContain('New');
  });

  test('show --messages prints the newest messages in order', async () => {
    const items = [
      messageAnswer({ id: 'u', role: 'user', status: 'done', text: 'Who?' }),
      messageAnswer({ text: 'I\u001b[2J.' }),
    ];
    server.on('GET /api/sessions/home', { body: sessionAnswer() });
    server.on('GET /api/sessions/home/messages', { body: { items, nextCursor: null } });
    const { stdout } = await runCommand({ url: server.url }, ['sessions', 'show', 'home', '--messages', '2']);
    expect(stdout).toContain('> Who?\n\nI␛[2J.');
  });
});

const sayingOwnId = (id: string) => messageAnswer({ id, text: `text of ${id}` });

describe('sessions export', () => {
  test('has every page of the transcript, oldest message first', async () => {
    server.on('GET /api/sessions/home', { body: sessionAnswer() });
    server.on('GET /api/sessions/home/messages', ({ path }) => ({
      body: path.includes('cursor=older%2B')
        ? { items: [sayingOwnId('a'), sayingOwnId('b')], nextCursor: null }
        : { items: [sayingOwnId('c'), sayingOwnId('d')], nextCursor: 'older+' },
    }));
    const expected = ['text of a', 'text of b', 'text of c', 'text of d'];
    const shown = await runCommand({ url: server.url }, ['sessions', 'export', 'home']);
    expect(shown.stdout.match(/text of \w/g)).toEqual(expected);
    const json = await runCommand({ url: server.url }, ['sessions', 'export', 'home', '--json']);
    const answer = JSON.parse(json.stdout) as { session: object; messages: readonly { text: string }[] };
    expect(answer.session).toEqual(sessionAnswer());
    expect(answer.messages.map(({ text }) => text)).toEqual(expected);
  });
});

describe('sessions delete', () => {
  const receipt = { id: 'r-1', sessionKey: 'home', reason: 'deleted', requestedAt: 'x', erasedAt: null };
  beforeEach(() => {
    server.on('GET /api/sessions/home', { body: sessionAnswer() });
    server.on('DELETE /api/sessions/home', { status: 202, body: { receipt } });
  });

  test('without a terminal it needs --yes', async () => {
    const refused = await runCommand({ url: server.url }, ['sessions', 'delete', 'home']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--yes');
    expect(server.seen('DELETE', '/api/sessions/home')).toEqual([]);
    const done = await runCommand({ url: server.url }, ['sessions', 'delete', 'home', '--yes', '--json']);
    expect(JSON.parse(done.stdout)).toEqual({ receipt });
  });

  test.each([
    ['home', 0, 1],
    ['yes', 1, 0],
  ])('in a terminal, "%s" as the typed key ends with %d', async (typed, exitCode, deletions) => {
    const io = new TestIo({ url: server.url, columns: 80 });
    const running = runIn(io, ['sessions', 'delete', 'home']);
    await until(() => io.stderr.includes('Type "home"'), { what: 'the question' });
    io.type(`${typed}\n`);
    expect((await running).exitCode).toBe(exitCode);
    expect(server.seen('DELETE', '/api/sessions/home')).toHaveLength(deletions);
  });
});
