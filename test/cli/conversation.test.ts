import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageAnswer } from '../../cli/client/answers.ts';
import { until } from '../harness/until.ts';
import './to-show.ts';
import { messageAnswer, sessionAnswer } from './builders.ts';
import { ContractServer, problem } from './contract-server.ts';
import { runIn, TestIo, type Ran } from './run-command.ts';
import { TerminalModel } from './terminal-model.ts';

const messages = '/api/sessions/home/messages';
const place = { session: 'home', turn: 1, at: '2026-01-01T00:00:00.000Z' };
let server: ContractServer;
let rows: MessageAnswer[];
let people: Person[];

beforeEach(async () => {
  rows = [];
  people = [];
  server = await ContractServer.open();
  server.on('GET /api/status', { body: { version: '1', mainSession: 'home' } });
  server.on('GET /api/sessions/home', { body: sessionAnswer() });
  server.on(`GET ${messages}`, () => ({ body: { items: rows, nextCursor: null } }));
  server.on(`POST ${messages}`, ({ body }) => ({
    status: 202,
    body: { messageId: (body as { id: string }).id, status: 'accepted' },
  }));
  server.on('POST /api/sessions/home/read', { body: { session: sessionAnswer() } });
  server.on('POST /api/sessions/home/interrupt', { status: 202, body: { interrupted: true } });
});
afterEach(async () => {
  for (const person of people) await person.leaves();
  await server[Symbol.asyncDispose]();
});

/** A person at a terminal of 80 columns. */
class Person {
  readonly io = new TestIo({ url: server.url, columns: 80 });
  readonly model = new TerminalModel(80);
  readonly ran: Promise<Ran>;

  constructor() {
    this.io.output.on('data', (chunk: Buffer) => this.model.write(chunk.toString()));
    this.ran = runIn(this.io, ['chat']);
    people.push(this);
  }

  /** What is below the two lines at the top. */
  get screen(): string {
    return this.model.text.split('\n').slice(3).join('\n');
  }

  /** Types a line; returns the id under which it was posted. */
  async says(text: string): Promise<string> {
    const count = server.seen('POST', messages).length;
    this.io.type(`${text}\r`);
    const post = await until(() => server.seen('POST', messages)[count], { what: 'the post' });
    return (post.body as { id: string }).id;
  }

  async leaves(): Promise<Ran> {
    this.io.type('\u0004');
    return this.ran;
  }
}

async function chat(): Promise<Person> {
  const person = new Person();
  await server.followed();
  await until(() => server.seen('GET', messages).length > 0, { what: 'the transcript to be read' });
  return person;
}

const started = (turn: number, messageIds: readonly string[], attempt = 1) =>
  server.send(
    'turn.started',
    { ...place, turn, messageIds, attempt, model: 'm' },
    `${turn}:${attempt}:0:0:a`,
  );
const token = (turn: number, text: string, end: number, attempt = 1) =>
  server.send('token', { ...place, turn, attempt, text, end }, `${turn}:${attempt}:${end}:0:a`);
const replied = (turn: number, messageIds: readonly string[], text: string) =>
  server.send('turn.finished', {
    ...place,
    turn,
    messageIds,
    outcome: 'replied',
    reply: messageAnswer({
      id: `r${turn}`,
      turn,
      text,
      ...(messageIds[0] === undefined ? {} : { replyTo: messageIds[0] }),
    }),
  });

const tool = (state: string, revision: number, rest: object = {}) =>
  server.send(
    'tool',
    { ...place, callId: 'c1-0', name: 'pay', state, summary: '{"sum":5}', ...rest },
    `1:1:8:0:a:${revision}`,
  );

describe('a turn that uses tools', () => {
  test('asks the person, and goes on after /allow; what the model said before stays', async () => {
    const person = await chat();
    const id = await person.says('Pay!');
    started(1, [id]);
    token(1, 'Let me.', 7);
    const asking = messageAnswer({ id: 'n1', role: 'notice', status: 'info', text: 'It wants to use pay.' });
    rows = [asking];
    tool('approval', 5, { approval: { id: 'an-id', expiresAt: place.at } });
    await expect(person).toShow('> Pay!\nLet me.\n· It wants to use pay.\n· Answer with /allow or /deny.\n>');
    server.on('GET /api/approvals', {
      body: { items: [{ id: 'an-id', session: 'home' }], nextCursor: null },
    });
    server.on('POST /api/approvals/an-id', { body: { id: 'an-id', session: 'home', turn: 1 } });
    person.io.type('/allow\r');
    const [answer] = await until(
      () =>
        server.seen('POST', '/api/approvals/an-id').length > 0 && server.seen('POST', '/api/approvals/an-id'),
      { what: 'the answer' },
    );
    expect(answer?.body).toEqual({ allow: true });
    tool('started', 6);
    await expect(person).toShow(
      '> Pay!\nLet me.\n· It wants to use pay.\n· Answer with /allow or /deny.\nusing pay\n>',
    );
    tool('done', 7);
    server.send('turn.reset', { ...place, attempt: 2, reason: 'step' }, '1:2:0:0:a:7');
    token(1, 'Paid.', 5, 2);
    replied(1, [id], 'Paid.');
    await expect(person).toShow(
      '> Pay!\nLet me.\n· It wants to use pay.\n· Answer with /allow or /deny.\n· used pay\nPaid.\n\n>',
    );
  });
});

describe('a conversation', () => {
  test('a message and its reply, as it comes', async () => {
    const person = await chat();
    const id = await person.says('Hello?');
    await expect(person).toShow('> Hello?\nthe model is asked\n>');
    server.send('turn.waiting', { ...place, place: 3, reason: 'slots' });
    await expect(person).toShow('> Hello?\nwaiting for the model, 3 ahead\n>');
    started(1, [id]);
    token(1, 'Good ', 5);
    await expect(person).toShow('> Hello?\nGood\n>');
    token(1, 'day.', 9);
    replied(1, [id], 'Good day.');
    await expect(person).toShow('> Hello?\nGood day.\n\n>');
    expect(await person.leaves()).toMatchObject({ exitCode: 0 });
  });

  test('I4: what is typed while a turn runs is posted in order and shown with its own turn', async () => {
    const person = await chat();
    const first = await person.says('One');
    started(1, [first]);
    token(1, 'First ', 6);
    const second = await person.says('Two');
    const third = await person.says('Three');
    await expect(person).toShow('> One\nFirst\n2 of your messages wait\n>');
    token(1, 'reply.', 12);
    replied(1, [first], 'First reply.');
    started(2, [second]);
    await expect(person).toShow(
      '> One\nFirst reply.\n\n> Two\nthe model is asked, 1 of your messages waits\n>',
    );
    replied(2, [second], 'Second.');
    started(3, [third]);
    replied(3, [third], 'Third.');
    await expect(person).toShow('> One\nFirst reply.\n\n> Two\nSecond.\n\n> Three\nThird.\n\n>');
  });

  test('after a lost server the answer is there once, without gap or repeat', async () => {
    const person = await chat();
    const id = await person.says('Hello?');
    started(1, [id]);
    token(1, 'Good ', 5);
    await expect(person).toShow('> Hello?\nGood\n>');
    await server.goAway();
    await expect(person).toShow('> Hello?\nGood\nthe connection is lost, trying again\n>');
    await server.listen();
    await server.followed(2);
    expect(server.requests.at(-1)!.headers['last-event-id']).toBe('1:1:5:0:a');
    token(1, 'day.', 9);
    replied(1, [id], 'Good day.');
    await expect(person).toShow('> Hello?\nGood day.\n\n>');
  });

  test('I2: a turn that ended while nobody could follow is found in the transcript', async () => {
    const person = await chat();
    const id = await person.says('Hello?');
    await server.goAway();
    rows = [
      messageAnswer({ id, role: 'user', status: 'done', text: 'Hello?' }),
      messageAnswer({ id: 'r1', text: 'Good day.', replyTo: id }),
    ];
    await server.listen();
    await expect(person).toShow('> Hello?\nGood day.\n\n>');
  });

  test('a message typed while the server is away is sent once it is back', async () => {
    const person = await chat();
    await server.goAway();
    person.io.type('Are you there?\r');
    await until(() => person.screen.includes('Are you there?'), { what: 'the text' });
    await server.listen();
    await until(() => server.seen('POST', messages).length === 1, { what: 'the post' });
    expect(server.seen('POST', messages)[0]!.body).toMatchObject({ text: 'Are you there?' });
  });

  test('another attempt is marked and begins again', async () => {
    const person = await chat();
    const id = await person.says('Hello?');
    started(1, [id]);
    token(1, 'Good ', 5);
    server.send('turn.reset', { ...place, attempt: 2, reason: 'worker-lost' }, '1:2:0:0:a');
    token(1, 'Welcome.', 8, 2);
    replied(1, [id], 'Welcome.');
    await expect(person).toShow(
      '> Hello?\nGood\n· The worker was lost; the question is asked again.\nWelcome.\n\n>',
    );
  });

  test('messages of others, notices and failures are shown, and cannot command the terminal', async () => {
    rows = [messageAnswer({ id: 'n', role: 'notice', status: 'info', turn: 1, text: 'Restored.' })];
    const person = await chat();
    rows.push(
      messageAnswer({ id: 'u', role: 'user', status: 'running', turn: 2, text: 'From \u001b[31mthe page' }),
    );
    started(2, ['u']);
    const failure = { code: 'model-failed', detail: 'The model said \u0007no.' };
    server.send('turn.finished', {
      ...place,
      turn: 2,
      messageIds: ['u'],
      outcome: 'failed',
      problem: failure,
    });
    await expect(person).toShow('· Restored.\n> From ␛[31mthe page\n· Failed. The model said ␇no.\n\n>');
  });
});

test('what is on the screen is marked as read', async () => {
  rows = [messageAnswer({ id: 'r0', turn: 1 })];
  await chat();
  const read = await until(() => server.seen('POST', '/api/sessions/home/read')[0], { what: 'the mark' });
  expect(read.body).toEqual({ upTo: 'r0' });
});

describe('keys', () => {
  test('Ctrl-C stops the running turn, a second one leaves', async () => {
    const person = await chat();
    const id = await person.says('Hello?');
    started(1, [id]);
    token(1, 'Good ', 5);
    await expect(person).toShow('> Hello?\nGood\n>');
    person.io.type('\u0003');
    await until(() => server.seen('POST', '/api/sessions/home/interrupt').length === 1, {
      what: 'the interrupt',
    });
    await expect(person).toShow('> Hello?\nGood\nstopping; Ctrl-C again leaves\n>');
    person.io.type('\u0003');
    expect(await person.ran).toMatchObject({ exitCode: 0 });
  });

  test('what was typed is kept for the next chat of the session, for its owner alone', async () => {
    const person = await chat();
    await person.says('Hello?');
    const file = join(person.io.home, 'chat-history', 'home.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(['Hello?']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.${process.pid}`)).toBe(false);
  });
});

describe('commands', () => {
  test('are calls of the client and never messages', async () => {
    server.on('POST /api/sessions/home/reset', { body: { session: sessionAnswer() } });
    server.on('POST /api/sessions/home/archive', problem(409, 'cannot', 'It cannot be archived.'));
    const person = await chat();
    person.io.type('/reset\r/archive\r/nonsense\r');
    await expect(person).toShow(
      '· A new chapter.\n· It cannot be archived.\n· There is no /nonsense. /help lists what there is.\n>',
    );
    expect(server.seen('POST', messages)).toEqual([]);
  });

  test('two slashes say one', async () => {
    const person = await chat();
    await person.says('//etc/hosts');
    expect(server.seen('POST', messages)[0]!.body).toMatchObject({ text: '/etc/hosts' });
  });

  test('/switch goes to another session, and stays where there is none', async () => {
    server.on('GET /api/sessions/kyoto', { body: sessionAnswer({ key: 'kyoto', title: 'Kyoto' }) });
    server.on('GET /api/sessions/kyoto/messages', { body: { items: [], nextCursor: null } });
    const person = await chat();
    person.io.type('/switch nowhere\r');
    await until(() => person.screen.includes('There is no'), { what: 'the refusal' });
    person.io.type('/switch kyoto\r');
    await until(() => server.seen('GET', '/api/sessions/kyoto/events').length === 1, { what: 'the switch' });
    expect(person.screen).toContain('Kyoto');
  });
});
