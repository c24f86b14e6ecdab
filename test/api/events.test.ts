import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { openDatabase, type Database } from '../../store/database.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { openListeningApp, type ListeningApp, type Received, type Stream } from '../harness/listening-app.ts';
import { ToldSession } from '../harness/told-session.ts';
import { until } from '../harness/until.ts';

let home: Awaited<ReturnType<typeof openTestDatabase>>;
/** A connection of its own, as the process of a worker has. */
let writer: Database;
let one: ListeningApp;
let other: ListeningApp;

beforeAll(async () => {
  home = await openTestDatabase();
  writer = openDatabase(home.url);
  one = await openListeningApp(home.url);
  other = await openListeningApp(home.url);
});
afterAll(async () => {
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await writer.close();
  await home[Symbol.asyncDispose]();
});

let count = 0;
async function newSession(): Promise<ToldSession> {
  const session = new ToldSession(writer, `s-events-${(count += 1)}`);
  await session.save();
  return session;
}

const pathOf = ({ key }: ToldSession): string => `/api/sessions/${key}/events`;
const finished = (event: Received): boolean => event.name === 'turn.finished';
const textOf = (events: readonly Received[]): string =>
  events.flatMap(({ name, data }) => (name === 'token' ? [data['text'] as string] : [])).join('');
const names = (stream: Stream): readonly string[] =>
  stream.events.map(({ name }) => name).filter((name) => name !== 'session.changed');

describe('the events of a session', () => {
  test('are those of the contract, with a position as id', async () => {
    const session = await newSession();
    const stream = await one.follow(pathOf(session));
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    await session.begin('m1');
    await session.write('One ');
    await stream.find(({ name }) => name === 'token', 'the first text');
    await session.write('two');
    await until(() => textOf(stream.events) === 'One two', { what: 'the second text' });
    await session.finish(' three');
    await stream.find(finished, 'the outcome');
    await stream.cut();
    const events = stream.events.filter(({ name }) => name !== 'session.changed');
    expect(events).toEqual([
      {
        name: 'turn.started',
        id: expect.any(String),
        data: { ...place(session), attempt: 1, messageIds: ['m1'], model: 'test:model' },
      },
      {
        name: 'token',
        id: expect.stringMatching(/^1:1:4:/),
        data: { ...place(session), attempt: 1, text: 'One ', end: 4 },
      },
      {
        name: 'token',
        id: expect.stringMatching(/^1:1:7:/),
        data: { ...place(session), attempt: 1, text: 'two', end: 7 },
      },
      {
        name: 'token',
        id: expect.stringMatching(/^1:1:13:/),
        data: { ...place(session), attempt: 1, text: ' three', end: 13 },
      },
      {
        name: 'turn.finished',
        id: expect.stringMatching(/^1:1:13:2$/),
        data: {
          ...place(session),
          outcome: 'replied',
          messageIds: ['m1'],
          reply: expect.objectContaining({ role: 'assistant', text: 'One two three', status: 'complete' }),
        },
      },
    ]);
  });

  test('tell when the session itself changed, and not when only its transcript did', async () => {
    const session = await newSession();
    const stream = await one.follow(pathOf(session));
    await session.rename('Another name');
    const changed = await stream.find(({ name }) => name === 'session.changed', 'the change');
    await stream.cut();
    expect(changed.data).toMatchObject({ turn: 0, session: { key: session.key, title: 'Another name' } });
  });

  test('another attempt voids what was shown of the first', async () => {
    const session = await newSession();
    const stream = await one.follow(pathOf(session));
    await session.begin('m1');
    await session.write('Lost');
    await stream.find(({ name }) => name === 'token', 'the text');
    await session.retry();
    await stream.find(({ name }) => name === 'turn.reset', 'the reset');
    await session.write('Kept');
    await session.finish();
    await stream.find(finished, 'the outcome');
    await stream.cut();
    expect(names(stream)).toEqual(['turn.started', 'token', 'turn.reset', 'token', 'turn.finished']);
    expect(stream.events.find(({ name }) => name === 'turn.reset')?.data).toMatchObject({
      attempt: 2,
      reason: 'worker-lost',
    });
  });

  test('a message that waits for the model says so once', async () => {
    const session = await newSession();
    const stream = await one.follow(pathOf(session));
    await session.begin('m1');
    await session.tell({
      kind: 'turn.waiting',
      attempt: 1,
      place: 3,
      reason: 'slots',
      retryAt: 1_700_000_000_000,
    });
    const waiting = await stream.find(({ name }) => name === 'turn.waiting', 'the wait');
    await session.write('Now');
    await stream.find(({ name }) => name === 'token', 'the text');
    await stream.cut();
    expect(waiting.data).toMatchObject({ place: 3, reason: 'slots', retryAt: '2023-11-14T22:13:20.000Z' });
    expect(names(stream)).toEqual(['turn.started', 'turn.waiting', 'token']);
  });

  test('two viewers on two servers see the same, wherever it is written', async () => {
    const session = await newSession();
    const streams = [await one.follow(pathOf(session)), await other.follow(pathOf(session))];
    await session.begin('m1');
    for (const text of ['a', 'b', 'c']) await session.write(text);
    await session.finish();
    for (const stream of streams) await stream.find(finished, 'the outcome');
    for (const stream of streams) await stream.cut();
    expect(streams.map(({ events }) => textOf(events))).toEqual(['abc', 'abc']);
  });

  test('a viewer without an id gets the running turn so far as one token', async () => {
    const session = await newSession();
    await session.answer('m1', 'Over');
    await session.begin('m2');
    for (const text of ['a', 'b', 'c']) await session.write(text);
    const stream = await other.follow(pathOf(session));
    await stream.find(({ name }) => name === 'token', 'the text');
    await stream.cut();
    expect(stream.events.map(({ name, data }) => [name, data['text']])).toEqual([
      ['turn.started', undefined],
      ['token', 'abc'],
    ]);
  });

  test('a viewer gets each character and each outcome once, wherever and however often it is cut', async () => {
    const turn = fc.record({
      attempts: fc.array(fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 3 }), {
        minLength: 1,
        maxLength: 2,
      }),
      unseen: fc.string({ minLength: 1, maxLength: 3 }),
    });
    const cuts = fc.array(fc.nat(6), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 3 }), cuts, async (turns, plan) => {
        const session = await newSession();
        const viewer = new Viewer(session, plan);
        await viewer.comeBack();
        const writing = writeTurns(session, turns);
        await viewer.watchUntilFinished(turns.length);
        const texts = await writing;
        expect(viewer.misplaced).toEqual([]);
        expect(viewer.finished).toEqual(texts);
        expect(viewer.shown).toEqual(texts);
      }),
      { numRuns: 15 },
    );
  });

  test('an id that is no longer kept, or is none, resets the stream', async () => {
    const session = await newSession();
    await session.answer('m1', 'Over');
    await session.begin('m2');
    await session.write('abc');
    for (const id of ['7:1:3:9999', 'rubbish']) {
      const stream = await one.follow(pathOf(session), { headers: { 'last-event-id': id } });
      await stream.find(({ name }) => name === 'token', 'the text');
      await stream.cut();
      expect(stream.events.map(({ name }) => name)).toEqual(['stream.reset', 'turn.started', 'token']);
    }
    const byQuery = await one.follow(`${pathOf(session)}?lastEventId=2:1:1`);
    await byQuery.find(({ name }) => name === 'token', 'the rest of the text');
    await byQuery.cut();
    expect(textOf(byQuery.events)).toBe('bc');
  });
});

interface TurnScript {
  readonly attempts: readonly (readonly string[])[];
  readonly unseen: string;
}

/** Writes the turns one after the other; their texts in the end. */
async function writeTurns(session: ToldSession, turns: readonly TurnScript[]): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const [index, { attempts, unseen }] of turns.entries()) {
    await session.begin(`m${index}`);
    for (const [attempt, pieces] of attempts.entries()) {
      if (attempt > 0) await session.retry();
      for (const piece of pieces) await session.write(piece);
    }
    texts.push(await session.finish(unseen));
  }
  return texts;
}

const place = (session: ToldSession) => ({ session: session.key, turn: 1, at: expect.stringMatching(/Z$/) });

/** What somebody sees who loses the connection after as many events as planned, again and again. */
class Viewer {
  readonly shown: string[] = [];
  readonly finished: string[] = [];
  readonly misplaced: Received[] = [];
  readonly #session: ToldSession;
  readonly #plan: readonly number[];
  #text = '';
  #lastEventId: string | undefined;
  #stream: Stream | undefined;
  #cuts = 0;

  constructor(session: ToldSession, plan: readonly number[]) {
    this.#session = session;
    this.#plan = plan;
  }

  async comeBack(): Promise<void> {
    const app = this.#cuts % 2 === 0 ? one : other;
    const headers: Record<string, string> =
      this.#lastEventId === undefined ? {} : { 'last-event-id': this.#lastEventId };
    this.#stream = await app.follow(pathOf(this.#session), { headers });
    await until(() => this.#stream!.place, { what: 'the place in the stream' });
  }

  async watchUntilFinished(turnCount: number): Promise<void> {
    for (const room of this.#plan) {
      await until(() => this.#stream!.events.length >= room || this.#countFinished() >= turnCount, {
        what: 'events',
      });
      await this.#stream!.cut();
      this.#lastEventId ??= this.#stream!.place;
      // What had arrived beyond the cut is as lost as it would be in the network.
      for (const event of this.#stream!.events.slice(0, room)) this.#show(event);
      this.#cuts += 1;
      await this.comeBack();
    }
    await until(() => this.#countFinished() >= turnCount, { what: 'all outcomes' });
    await this.#stream!.cut();
    for (const event of this.#stream!.events) this.#show(event);
  }

  #countFinished(): number {
    return this.finished.length + this.#stream!.events.filter(finished).length;
  }

  #show({ name, id, data }: Received): void {
    this.#lastEventId = id ?? this.#lastEventId;
    if (name === 'turn.reset') this.#text = '';
    if (name === 'token') {
      this.#text += data['text'] as string;
      if (this.#text.length !== data['end']) this.misplaced.push({ name, id, data });
    }
    if (name !== 'turn.finished') return;
    this.finished.push((data['reply'] as { readonly text: string }).text);
    this.shown.push(this.#text);
    this.#text = '';
  }
}
