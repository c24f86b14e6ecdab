import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { followAll, type AnySessionEvent } from '../../engine/following/follow-all.ts';
import { owner } from '../../engine/caller.ts';
import { confirmReceipt, createReceipt } from '../../store/receipts.ts';
import { eraseSession } from '../../store/erase-session.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { openDatabaseLine, type DatabaseLine } from '../harness/database-line.ts';
import { openListeningApp, type ListeningApp } from '../harness/listening-app.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { sharedServers } from '../harness/servers.ts';
import { ToldSession } from '../harness/told-session.ts';
import { until } from '../harness/until.ts';

let home: Awaited<ReturnType<typeof openTestDatabase>>;
/** As a worker's process has. */
let writer: Database;
/** The application's way to the database. */
let line: DatabaseLine;
let app: ListeningApp;
let leaving: AbortController;

beforeAll(async () => {
  home = await openTestDatabase();
  writer = openDatabase(home.url);
  line = await openDatabaseLine(home.url);
  app = await openListeningApp(line.url);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await line[Symbol.asyncDispose]();
  await writer.close();
  await home[Symbol.asyncDispose]();
});
beforeEach(() => {
  leaving = new AbortController();
});
afterEach(() => {
  leaving.abort();
});

let count = 0;
async function newSession(): Promise<ToldSession> {
  const session = new ToldSession(writer, `s-feed-${(count += 1)}`);
  await session.save();
  return session;
}

const wait = (session: ToldSession, id: string) =>
  app.engine.live.waitForOutcome(session.key, id, leaving.signal);

/** Runs SQL as the administrator, beside the database of the test. */
async function asAdmin(statement: string): Promise<void> {
  const admin = new Client({ connectionString: sharedServers().databaseUrl });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

const databaseName = (): string => new URL(home.url).pathname.slice(1);

async function erase({ key }: ToldSession): Promise<void> {
  const receipt = await createReceipt(writer, {
    id: `r-${key}`,
    sessionKey: key,
    reason: 'deleted',
    requestedAt: Date.now(),
  });
  await eraseSession(writer, key);
  await confirmReceipt(writer, receipt.id, Date.now());
}

describe('waiting for an outcome', () => {
  test('finds one that is there already', async () => {
    const session = await newSession();
    await session.answer('m1', 'Here');
    expect((await wait(session, 'm1'))?.row.text).toBe('Here');
  });

  test('I2: ends with the outcome that another process writes', async () => {
    const session = await newSession();
    await session.begin('m1');
    const outcome = wait(session, 'm1');
    await session.finish('There');
    expect(await outcome).toMatchObject({ row: { text: 'There' }, messageIds: ['m1'] });
  });

  test('ends without one when whoever waits has gone', async () => {
    const session = await newSession();
    await session.begin('m1');
    const outcome = wait(session, 'm1');
    leaving.abort();
    expect(await outcome).toBeUndefined();
  });

  test('ends without one when the session is deleted', async () => {
    const session = await newSession();
    await session.begin('m1');
    const outcome = wait(session, 'm1');
    await erase(session);
    expect(await outcome).toBeUndefined();
  });
});

describe('following a session', () => {
  test('ends with session.deleted once it is', async () => {
    const session = await newSession();
    const stream = await app.follow(`/api/sessions/${session.key}/events`);
    await erase(session);
    await until(() => stream.isOver, { what: 'the end of the stream' });
    expect(stream.events.at(-1)).toMatchObject({ name: 'session.deleted', data: { session: session.key } });
  });

  test('goes on after the database was away, without gap or repeat', async () => {
    const session = await newSession();
    const stream = await app.follow(`/api/sessions/${session.key}/events`);
    await session.begin('m1');
    await session.write('One ');
    await stream.find(({ name }) => name === 'token', 'the first text');
    const waiting = wait(session, 'm1');
    await line.cut();
    await expect(app.engine.live.watch(session.key, 'tokens')).rejects.toMatchObject({
      code: 'database-unavailable',
    });
    await session.write('two');
    await session.finish();
    await line.mend();
    await stream.find(({ name }) => name === 'turn.finished', 'the outcome');
    await stream.cut();
    const texts = stream.events.filter(({ name }) => name === 'token').map(({ data }) => data['text']);
    expect(texts.join('')).toBe('One two');
    expect((await waiting)?.row.text).toBe('One two');
  });

  test('learns what was written while the LISTEN connection was cut', async () => {
    const session = await newSession();
    const stream = await app.follow(`/api/sessions/${session.key}/events`);
    await session.begin('m1');
    await stream.find(({ name }) => name === 'turn.started', 'the beginning');
    await asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = '${databaseName()}' and application_name = 'atrium-notices'`,
    );
    // No notice of this can be heard before the connection is made again.
    await session.finish('Unheard');
    await stream.find(({ name }) => name === 'turn.finished', 'the outcome');
    await stream.cut();
    expect(stream.events.filter(({ name }) => name === 'token')).toHaveLength(1);
  });

  test('a viewer that takes nothing gets the rest at once later, and holds up nobody', async () => {
    const session = await newSession();
    const slow = await app.fetch(`/api/sessions/${session.key}/events`);
    await session.begin('m1');
    const pieceCount = 40;
    // More than the buffers between here and there hold.
    for (let piece = 0; piece < pieceCount; piece += 1) await session.write('x'.repeat(150_000));
    const end = `"end":${pieceCount * 150_000}}`;
    const quick = await app.fetch(`/api/sessions/${session.key}/events`);
    expect(await readUntil(quick.body!.getReader(), end)).toContain('event: token');
    const text = await readUntil(slow.body!.getReader(), end);
    const tokens = text.split('\n').filter((row) => row.startsWith('event: token'));
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokens.length).toBeLessThan(pieceCount);
    expect(text.split('x').length).toBeGreaterThan(pieceCount * 150_000);
  });
});

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, words: string): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  // Of what came before, no more than may have the beginning of the words.
  while (!(parts.at(-2)?.slice(-words.length) ?? '').concat(parts.at(-1) ?? '').includes(words)) {
    const { value } = await reader.read();
    parts.push(decoder.decode(value, { stream: true }));
  }
  await reader.cancel();
  return parts.join('');
}

/** What is told of all sessions, as it comes. */
function followHere(): readonly AnySessionEvent[] {
  const events: AnySessionEvent[] = [];
  void (async () => {
    for await (const event of followAll(app.engine, owner, leaving.signal)) events.push(event);
  })();
  return events;
}

const of = (events: readonly AnySessionEvent[], key: string): readonly string[] =>
  events.filter(({ session }) => session === key).map(({ kind }) => kind);

describe('following all sessions', () => {
  test('tells what happens in each, apart from the text', async () => {
    const events = followHere();
    const [one, other] = [await newSession(), await newSession()];
    await one.begin('m1');
    await other.begin('m1');
    await until(() => of(events, one.key).includes('turn.started'), { what: 'the beginning' });
    await one.write('Text');
    await one.finish();
    await until(() => of(events, one.key).includes('turn.finished'), { what: 'the outcome' });
    await other.finish('Text');
    await until(() => of(events, other.key).includes('turn.finished'), { what: 'the other outcome' });
    expect(of(events, one.key)).toContain('session.changed');
    expect(of(events, one.key).filter((kind) => kind === 'turn.finished')).toHaveLength(1);
    expect(events.map(({ kind }) => kind as string)).not.toContain('token');
  });

  test('an outcome that was there by the first look is told, an old one is not', async () => {
    const session = await newSession();
    await session.answer('m1', 'Old');
    await until(async () => Date.now() > (await old(session)) + 2_100, { what: 'the outcome to be old' });
    const events = followHere();
    await session.answer('m2', 'New');
    await until(() => of(events, session.key).includes('turn.finished'), { what: 'the outcome' });
    const finished = events.flatMap((event) => (event.kind === 'turn.finished' ? [event.row.text] : []));
    expect(finished).toEqual(['New']);
  });

  test('says so when notices were missed, and when a session was deleted', async () => {
    const session = await newSession();
    const events = followHere();
    await asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = '${databaseName()}' and application_name = 'atrium-notices'`,
    );
    await until(() => events.some(({ kind }) => kind === 'stream.reset'), { what: 'the reset' });
    await erase(session);
    await until(() => of(events, session.key).includes('session.deleted'), { what: 'the deletion' });
    expect(of(events, session.key).filter((kind) => kind === 'session.deleted')).toHaveLength(1);
  });
});

async function old({ key }: ToldSession): Promise<number> {
  const outcome = await app.engine.live.waitForOutcome(key, 'm1', leaving.signal);
  return outcome!.row.at;
}
