import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openListeningApp, type ListeningApp } from '../harness/listening-app.ts';
import { openTestDatabase } from '../harness/store-database.ts';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
  }[];
  readonly responses?: Record<string, { readonly description?: string; readonly content?: object }>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, object>;
    readonly securitySchemes: Record<string, object>;
  };
}

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let server: ListeningApp;
let document: Document;
beforeAll(async () => {
  database = await openTestDatabase();
  server = await openListeningApp(database.url);
  const answer = await fetch(`${server.url}/openapi.json`);
  document = (await answer.json()) as Document;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const operations = (): readonly (readonly [string, Operation])[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );

/** The calls of the contract that are built. */
const contract = [
  'GET /healthz',
  'GET /readyz',
  'GET /api/queue',
  'PUT /api/queue/limits',
  'GET /api/models',
  'POST /api/sessions/create',
  'GET /api/sessions',
  'GET /api/sessions/archived',
  'GET /api/sessions/{key}',
  'PATCH /api/sessions/{key}',
  'DELETE /api/sessions/{key}',
  'POST /api/sessions/{key}/archive',
  'POST /api/sessions/{key}/restore',
  'POST /api/sessions/{key}/pin',
  'POST /api/sessions/{key}/unpin',
  'POST /api/sessions/{key}/reset',
  'POST /api/sessions/{key}/messages',
  'GET /api/sessions/{key}/messages',
  'DELETE /api/sessions/{key}/messages/{id}',
  'GET /api/sessions/{key}/events',
  'GET /api/events',
  'POST /api/sessions/{key}/interrupt',
  'POST /api/sessions/{key}/fork',
  'POST /api/sessions/{key}/read',
  'GET /api/sessions/{key}/timeline',
  'GET /api/sessions/{key}/timeline/{n}',
  'POST /api/verify',
  'POST /api/rebuild',
  'GET /api/receipts/{id}',
  'POST /api/auth/sign-in-links',
  'POST /api/auth/redeem',
  'POST /api/auth/sign-out',
];

describe('the OpenAPI document', () => {
  test('has every call of the contract', () => {
    const known = new Set(operations().map(([name]) => name));
    expect(contract.filter((name) => !known.has(name))).toEqual([]);
  });

  test('is one of version 3.1, with what that requires', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: 'Atrium', version: '1.2.3' });
    for (const [name, { summary, tags, responses = {}, parameters = [] }] of operations()) {
      expect([name, summary]).toEqual([name, expect.stringMatching(/^[A-Z].*[^.]$/)]);
      expect([name, tags]).toEqual([name, [expect.any(String)]]);
      const statuses = Object.keys(responses);
      expect([name, statuses.filter((status) => !/^([1-5]\d\d|default)$/.test(status))]).toEqual([name, []]);
      expect(Object.values(responses).filter(({ description }) => description === undefined)).toEqual([]);
      expect(responses['default']?.content).toHaveProperty(['application/problem+json']);
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name: parameter }) => `{${parameter}}`).toSorted()).toEqual(
        [...name.matchAll(/\{\w+\}/g)].map(([part]) => part).toSorted(),
      );
      expect(inPath.every(({ required }) => required === true)).toBe(true);
    }
  });

  test('refers to nothing that it does not have', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, target]) => target!,
    );
    expect(references.length).toBeGreaterThan(10);
    const missing = references.filter((reference) => {
      const [root, kind, group, name] = reference.split('/');
      const isComponent = root === '#' && kind === 'components' && group === 'schemas';
      return !isComponent || document.components.schemas[name!] === undefined;
    });
    expect(missing).toEqual([]);
  });

  test('says which calls need no token', () => {
    const open = operations().filter(([, { security }]) => security?.length === 0);
    expect(open.map(([name]) => name).toSorted()).toEqual([
      'GET /healthz',
      'GET /openapi.json',
      'GET /readyz',
      'POST /api/auth/redeem',
    ]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['token', 'browser']);
  });
});

describe('the pages', () => {
  test('of the documentation fetch nothing from elsewhere and allow no script of their own text', async () => {
    const page = await fetch(`${server.url}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(html).not.toMatch(/<script(?![^>]*src=)/);
    const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).toMatch(/^[./]/);
      expect((await fetch(new URL(source, `${server.url}/docs`))).status).toBe(200);
    }
  });

  test.each([
    ['/sign-in', 'en', 'Sign in'],
    ['/sign-in', 'zh-CN,zh;q=0.9', '登录'],
    ['/', 'fr, en;q=0.5, zh;q=0.1', 'Atrium is running'],
    ['/', 'fr, zh-Hans;q=0.5, en;q=0.1', 'Atrium 正在运行'],
    ['/', '*;q=rubbish', 'Atrium is running'],
  ])('%s speaks the language of the browser (%s)', async (path, language, words) => {
    const page = await fetch(`${server.url}${path}`, { headers: { 'accept-language': language } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(await page.text()).toContain(`<h1>${words}`);
  });
});
