import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSignInLink } from '../../engine/sign-in.ts';
import { openListeningApp, ownerToken, type ListeningApp } from '../harness/listening-app.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { until } from '../harness/until.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let app: ListeningApp;
let remote: ListeningApp;
beforeAll(async () => {
  database = await openTestDatabase();
  app = await openListeningApp(database.url);
  remote = await openListeningApp(database.url, {
    server: { host: 'box.lan', allowRemote: true, publicUrl: 'https://atrium.example.org' },
  });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await remote[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** `fetch` sets Host and Origin itself, so this asks by hand. */
function ask(
  server: ListeningApp,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const isProblem =
          chunks.length > 0 && response.headers['content-type'] === 'application/problem+json';
        const code = isProblem
          ? (JSON.parse(Buffer.concat(chunks).toString()) as { code: string }).code
          : undefined;
        resolve({ status: response.statusCode ?? 0, code, headers: response.headers });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const bearer = { authorization: `Bearer ${ownerToken}` };
const ownHost = (): string => new URL(app.url).host;
const ownPort = (): string => new URL(app.url).port;

describe('who is let in', () => {
  test.each([
    ['no token', {}, 401],
    ['the token', bearer, 200],
    ['the token, with the scheme in small letters', { authorization: `bearer ${ownerToken}` }, 200],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401],
    ['a token that begins like the right one', { authorization: `Bearer ${ownerToken.slice(0, -1)}` }, 401],
    ['an empty token', { authorization: 'Bearer ' }, 401],
    ['another scheme', { authorization: `Basic ${ownerToken}` }, 401],
    ['a cookie that is none', { cookie: 'atrium_session=wrong' }, 401],
    ['a wrong token beside nothing else', { authorization: 'Bearer a b' }, 401],
  ])('%s', async (_name, headers: Record<string, string>, status) => {
    const answer = await ask(app, '/api/status', { headers });
    expect(answer.status).toBe(status);
    if (status !== 401) return;
    expect(answer.code).toBe('unauthorized');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="Atrium"');
  });

  test.each(['/', '/sign-in', '/healthz', '/readyz', '/openapi.json', '/docs', '/docs/', '/docs/json'])(
    '%s is open to everybody',
    async (path) => {
      expect((await ask(app, path)).status).toBe(200);
    },
  );

  test.each([
    '/nothing',
    '/docs/../api/status',
    '/docs/%2e%2e/api/status',
    '/healthz/',
    '//api/status',
    '/API/status',
  ])('%s is not', async (path) => {
    expect([401, 404]).toContain((await ask(app, path)).status);
    expect((await ask(app, path)).status).not.toBe(200);
  });
});

describe('the Host header', () => {
  test.each([
    ['localhost', 200],
    ['127.0.0.1', 200],
    ['[::1]', 200],
    ['LOCALHOST', 200],
    ['127.1.2.3', 200],
  ])('%s with the port is the server’s own', async (name, status) => {
    expect((await ask(app, '/healthz', { headers: { host: `${name}:${ownPort()}` } })).status).toBe(status);
  });

  test.each([
    'evil.example',
    'localhost',
    'localhost:1',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '192.168.1.2',
    'atrium.example.org',
    'a b',
    'user@localhost',
  ])('"%s" is not, whatever is asked', async (host) => {
    for (const path of ['/healthz', '/sign-in', '/api/status', '/nothing']) {
      const answer = await ask(app, path, { headers: { host, ...bearer } });
      expect([answer.status, answer.code]).toEqual([421, 'wrong-host']);
    }
  });

  test.each([
    ['192.168.1.2:8080', 200],
    ['[fe80::1]:80', 200],
    ['box.lan:9', 200],
    ['localhost:9', 200],
    ['atrium.example.org', 200],
    ['atrium.example.org:443', 200],
    ['evil.example', 421],
  ])('"%s" on a server that others may reach: %i', async (host, status) => {
    expect((await ask(remote, '/healthz', { headers: { host } })).status).toBe(status);
  });
});

describe('the Origin header', () => {
  test.each([
    [() => `http://${ownHost()}`, undefined],
    [() => `https://${ownHost()}`, undefined],
    [() => 'http://evil.example', 'wrong-origin'],
    [() => 'http://localhost:1', 'wrong-origin'],
    [() => `http://127.0.0.1`, 'wrong-origin'],
    [() => 'null', 'wrong-origin'],
    [() => `http://${ownHost()}.evil.example`, 'wrong-origin'],
  ])('%s: %s', async (origin, code) => {
    for (const [method, path] of [
      ['POST', '/api/auth/sign-out'],
      ['GET', '/api/events'],
      ['HEAD', '/api/events'],
    ] as const) {
      if (code === undefined && method === 'GET') continue;
      const answer = await ask(app, path, {
        method,
        headers: { ...bearer, origin: origin(), host: ownHost() },
      });
      expect(answer.status === 403).toBe(code !== undefined);
      expect(answer.code).toBe(method === 'HEAD' ? undefined : code);
    }
  });

  test('of the configured address counts behind a proxy that asks by another name', async () => {
    const headers = { ...bearer, host: new URL(remote.url).host, origin: 'https://atrium.example.org' };
    expect((await ask(remote, '/api/auth/sign-out', { method: 'POST', headers })).status).toBe(204);
  });
});

const redeem = (code: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask(app, '/api/auth/redeem', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ code }),
  });

async function newCode(): Promise<string> {
  const answer = await app.fetch('/api/auth/sign-in-links', { method: 'POST' });
  expect(answer.status).toBe(201);
  const { url } = (await answer.json()) as { readonly url: string };
  expect(url.startsWith(`${app.url}/sign-in#`)).toBe(true);
  return url.split('#')[1]!;
}

async function newCookie(): Promise<string> {
  const { headers } = await redeem(await newCode());
  return headers['set-cookie']![0]!.split(';')[0]!;
}

describe('a sign-in link', () => {
  test('signs a browser in, with a cookie that scripts and other sites do not get', async () => {
    const { status, headers } = await redeem(await newCode());
    expect(status).toBe(204);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^atrium_session=[\w-]{32}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    const cookie = headers['set-cookie']![0]!.split(';')[0]!;
    expect((await ask(app, '/api/status', { headers: { cookie } })).status).toBe(200);
    expect((await ask(remote, '/api/status', { headers: { cookie } })).status).toBe(200);
  });

  test('works once, also for those who redeem it at the same time', async () => {
    const code = await newCode();
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(code)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual([
      '204',
      '401',
      '401',
      '401',
      '401',
    ]);
    expect((await redeem(code)).code).toBe('code-expired');
  });

  test('is not consumed by who only looks at it', async () => {
    const code = await newCode();
    for (const method of ['GET', 'HEAD']) expect((await ask(app, '/sign-in', { method })).status).toBe(200);
    expect((await ask(app, '/api/auth/redeem')).status).toBe(401);
    expect((await redeem(code)).status).toBe(204);
  });

  test('is over after 15 minutes', async () => {
    const past = Date.now() - 15 * 60_000;
    const { url } = await createSignInLink({ database: app.engine.database, now: () => past }, app.url);
    expect((await redeem(url.split('#')[1]!)).code).toBe('code-expired');
  });

  test('is made by who has the token alone', async () => {
    const cookie = await newCookie();
    const answer = await ask(app, '/api/auth/sign-in-links', { method: 'POST', headers: { cookie } });
    expect([answer.status, answer.code]).toEqual([403, 'token-required']);
  });

  test('over TLS the cookie is for TLS only', async () => {
    const origin = `https://${ownHost()}`;
    const { headers } = await redeem(await newCode(), { origin, host: ownHost() });
    expect(headers['set-cookie']![0]).toContain('; Secure');
  });

  test('neither code nor cookie nor token is in the log or the database', async () => {
    const code = await newCode();
    await redeem(code);
    const cookie = (await newCookie()).split('=')[1]!;
    await ask(app, `/nothing?token=${ownerToken}`, { headers: { cookie: `atrium_session=${cookie}` } });
    const rows = await database.kysely.selectFrom('vault.web_session').selectAll().execute();
    const stored = JSON.stringify([rows, app.log]);
    for (const secret of [code, cookie, ownerToken]) expect(stored).not.toContain(secret);
    expect(app.log.length).toBeGreaterThan(5);
  });
});

describe('signing out', () => {
  test('ends the browser’s session on every server, and its streams within seconds', async () => {
    const cookie = await newCookie();
    const stream = await remote
      .follow('/api/events', { headers: { cookie, authorization: '' } })
      .catch(() => undefined);
    expect(stream?.response.status).toBe(401);
    const open = await fetch(`${remote.url}/api/events`, { headers: { cookie } });
    expect(open.status).toBe(200);
    const reading = open.text();
    let isOver = false;
    void reading.then(() => (isOver = true));
    const other = await fetch(`${remote.url}/api/events`, { headers: { cookie: await newCookie() } });
    expect((await ask(app, '/api/auth/sign-out', { method: 'POST', headers: { cookie } })).status).toBe(204);
    expect((await ask(app, '/api/status', { headers: { cookie } })).status).toBe(401);
    await until(() => isOver, { what: 'the end of the stream', deadlineMs: 8_000 });
    expect(other.body?.locked).toBe(false);
    await other.body?.cancel();
  });
});
