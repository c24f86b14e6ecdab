import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createTalkingModel } from '../harness/talking-model.ts';

interface SessionJson {
  readonly key: string;
  readonly title: string;
  readonly status: string;
  readonly [name: string]: unknown;
}
interface Created {
  readonly sessionKey: string;
  readonly session: SessionJson;
}
interface Page {
  readonly items: readonly SessionJson[];
  readonly nextCursor: string | null;
  readonly counts: Readonly<Record<string, number>>;
}
type Changed = { readonly session: SessionJson };

let server: ApiServer;
beforeAll(async () => {
  const model = createTalkingModel();
  server = await openApiServer({ infer: () => model.infer });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function create(body: object = {}): Promise<Created> {
  const { status, body: created } = await server.call<Created>('POST', '/api/sessions/create', body);
  expect(status).toBe(201);
  return created;
}

const show = (key: string) => server.call<SessionJson>('GET', `/api/sessions/${key}`);
const verb = (key: string, name: string, body?: object) =>
  server.call<Changed>('POST', `/api/sessions/${key}/${name}`, body);

describe('creating a session', () => {
  test('without a body makes one under a key that says nothing', async () => {
    const { status, body } = await server.call<Created>('POST', '/api/sessions/create');
    expect(status).toBe(201);
    expect(body.sessionKey).toMatch(/^s-[a-z2-7]{12}$/);
    expect(body.session).toMatchObject({
      key: body.sessionKey,
      title: '',
      titleSource: 'none',
      label: null,
      status: 'active',
      archivedAt: null,
      pinnedAt: null,
      tags: [],
      scope: 'per-channel',
      kind: 'direct',
      channelBinding: null,
      model: null,
      instructions: null,
      ephemeral: false,
      lastMessageAt: null,
      turnCount: 0,
      unreadCount: 0,
      running: false,
      waiting: 0,
    });
  });

  test('takes all that the contract names, and shows it at once', async () => {
    const wish = {
      key: 'Project.one:a_b-c',
      title: 'A title',
      tags: ['red', 'blue'],
      scope: 'per-sender',
      model: 'openai:gpt-x',
      instructions: 'Answer in rhymes.',
    };
    const { sessionKey } = await create(wish);
    expect(sessionKey).toBe(wish.key);
    expect((await show(wish.key)).body).toMatchObject({ ...wish, titleSource: 'person' });
  });

  test('a label is a title that a person set', async () => {
    const { session } = await create({ label: 'Taxes' });
    expect(session).toMatchObject({ title: 'Taxes', label: 'Taxes', titleSource: 'person' });
  });

  test('under a key that is taken is 409 and leaves the session as it is', async () => {
    await create({ key: 'taken', title: 'first' });
    const again = await server.call('POST', '/api/sessions/create', { key: 'taken', title: 'second' });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'session-exists' },
      type: 'application/problem+json',
    });
    expect((await show('taken')).body.title).toBe('first');
  });

  test('needs no worker: the row is there while none runs', async () => {
    await server.stopWorkers();
    try {
      const { sessionKey } = await create({ title: 'Nobody works' });
      expect((await show(sessionKey)).body.title).toBe('Nobody works');
    } finally {
      await server.startWorkers();
    }
  });
});

describe('changing a session: a caller reads its own write', () => {
  test('archive, restore: the reason is kept while it is away', async () => {
    const { sessionKey: key } = await create();
    const archived = await verb(key, 'archive', { reason: 'done with it' });
    expect(archived).toMatchObject({
      status: 200,
      body: { session: { status: 'archived', archivedReason: 'done with it' } },
    });
    expect((await show(key)).body.status).toBe('archived');
    expect(await verb(key, 'restore')).toMatchObject({
      status: 200,
      body: { session: { status: 'active', archivedAt: null, archivedReason: null } },
    });
  });

  test('repeating archive, restore, pin, unpin is 200 and changes nothing', async () => {
    const { sessionKey: key } = await create();
    for (const name of ['archive', 'restore', 'pin', 'unpin']) {
      const first = await verb(key, name);
      const second = await verb(key, name);
      expect(second).toEqual(first);
      expect(second.status).toBe(200);
    }
  });

  test('a pinned session that is archived is pinned again when it returns', async () => {
    const { sessionKey: key } = await create();
    expect((await verb(key, 'pin')).body.session.status).toBe('pinned');
    expect((await verb(key, 'archive')).body.session.status).toBe('archived');
    expect((await verb(key, 'restore')).body.session.status).toBe('pinned');
  });

  test('PATCH changes what it names, and null puts the default back', async () => {
    const { sessionKey: key } = await create({ model: 'openai:gpt-x', tags: ['a'] });
    const changed = await server.call('PATCH', `/api/sessions/${key}`, { title: 'Named', model: null });
    expect(changed).toMatchObject({
      status: 200,
      body: { title: 'Named', titleSource: 'person', model: null, tags: ['a'] },
    });
    const tagged = await server.call('PATCH', `/api/sessions/${key}`, { tags: ['b', 'b', 'c'] });
    expect(tagged.body).toMatchObject({ title: 'Named', tags: ['b', 'c'] });
    const same = await server.call('PATCH', `/api/sessions/${key}`, {});
    expect(same).toEqual(tagged);
  });

  test('a label by PATCH is a title, too', async () => {
    const { sessionKey: key } = await create();
    const { body } = await server.call('PATCH', `/api/sessions/${key}`, { label: 'Taxes' });
    expect(body).toMatchObject({ label: 'Taxes', title: 'Taxes', titleSource: 'person' });
  });

  test('reset begins a new chapter', async () => {
    const { sessionKey: key } = await create();
    expect(await verb(key, 'reset')).toMatchObject({ status: 200, body: { session: { chapter: 2 } } });
  });

  test('an ephemeral session can be neither archived nor pinned (I7)', async () => {
    const { sessionKey: key } = await create({ ephemeral: true });
    for (const name of ['archive', 'pin'])
      expect(await verb(key, name)).toMatchObject({ status: 409, body: { code: 'session-ephemeral' } });
  });
});

describe('listing sessions', () => {
  test('tabs, counts and pages: pinned first, nothing twice, nothing missing', async () => {
    const tag = 'paged';
    const keys: string[] = [];
    for (const number of [1, 2, 3, 4])
      keys.push((await create({ title: `page ${number}`, tags: [tag] })).sessionKey);
    await verb(keys[1]!, 'pin');
    await verb(keys[3]!, 'archive');
    const list = (query: string) => server.call<Page>('GET', `/api/sessions?tag=${tag}&${query}`);
    const first = await list('limit=2');
    expect(first.body.items.map(({ key }) => key)).toEqual([keys[1], keys[2]]);
    const second = await list(`limit=2&cursor=${encodeURIComponent(first.body.nextCursor!)}`);
    expect(second.body.items.map(({ key }) => key)).toEqual([keys[0]]);
    expect(second.body.nextCursor).toBeNull();
    expect((await list('status=archived')).body.items.map(({ key }) => key)).toEqual([keys[3]]);
    const archived = await server.call<Page>('GET', `/api/sessions/archived?tag=${tag}`);
    expect(archived.body.items.map(({ key }) => key)).toEqual([keys[3]]);
    expect((await list('status=pinned')).body.items.map(({ key }) => key)).toEqual([keys[1]]);
    expect((await list('status=all&sort=title')).body.items).toHaveLength(4);
  });

  test('a search says where the words are', async () => {
    const { sessionKey: key } = await create({ title: '关于税务的问题' });
    const { body } = await server.call<Page>('GET', `/api/sessions?q=${encodeURIComponent('税务')}`);
    expect(body.items.find((item) => item.key === key)).toMatchObject({ hit: { messageId: null } });
  });
});
