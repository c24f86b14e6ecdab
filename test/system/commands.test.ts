import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Product } from '../../bench/product/product.ts';
import { runAtrium } from '../../bench/product/run-command.ts';
import type { Check } from '../../runtime/doctor/check.ts';
import { makeTestHome } from '../harness/servers.ts';
import { openTestProduct, type TestProduct } from './support/open-product.ts';

let own: TestProduct;
let product: Product;
beforeAll(async () => {
  own = await openTestProduct();
  product = await own.start();
}, 120_000);
afterAll(async () => {
  await own[Symbol.asyncDispose]();
}, 60_000);

interface DoctorReport {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

async function runDoctor(home: string, environment: Readonly<Record<string, string>> = {}) {
  const { code, output } = await runAtrium(home, ['doctor', '--json'], environment);
  const { healthy, checks } = JSON.parse(output) as DoctorReport;
  return {
    code,
    healthy,
    checks,
    states: Object.fromEntries(checks.map(({ part, state }) => [part, state])),
  };
}

describe('atrium doctor', () => {
  test('finds every part of a running server well, with its version', async () => {
    const { code, healthy, checks, states } = await runDoctor(product.home);
    expect({ code, healthy }).toEqual({ code: 0, healthy: true });
    // The offline model is no fault, but somebody may wonder.
    expect(states).toEqual({
      'Node.js': 'ok',
      'npm packages': 'ok',
      'data folder': 'ok',
      disk: 'ok',
      Temporal: 'ok',
      PostgreSQL: 'ok',
      schema: 'ok',
      model: 'warning',
      port: 'ok',
      server: 'ok',
      worker: 'ok',
    });
    const versions = checks.filter(({ version }) => version !== null).map(({ part }) => part);
    expect(versions).toEqual(
      expect.arrayContaining(['Node.js', 'npm packages', 'Temporal', 'PostgreSQL', 'schema']),
    );
  });

  test('works without a server, and makes nothing', async () => {
    const home = `${await makeTestHome()}/not-there`;
    const { code, states } = await runDoctor(home);
    expect(code).toBe(0);
    expect(states).toMatchObject({
      'data folder': 'off',
      server: 'off',
      Temporal: 'ok',
      PostgreSQL: 'ok',
      port: 'ok',
    });
    expect((await runDoctor(home)).states['data folder']).toBe('off');
  });

  test('ends with 1 when a part is broken, and says what to do about each', async () => {
    const { port } = new URL(product.url);
    const { code, healthy, checks } = await runDoctor(await makeTestHome(), {
      ATRIUM_PORT: port,
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      TEMPORAL_CLI: '/bin/false',
      DATABASE_URL: 'postgresql://nobody:hush@127.0.0.1:1/nothing',
    });
    expect({ code, healthy }).toEqual({ code: 1, healthy: false });
    const broken = checks.filter(({ state }) => state === 'broken');
    expect(broken.map(({ part }) => part)).toEqual(['Temporal', 'PostgreSQL', 'model', 'port']);
    expect(broken.filter(({ detail, advice }) => !/\.|→/.test(`${detail}${advice ?? ''}`))).toEqual([]);
    expect(JSON.stringify(checks)).not.toContain('hush');
  });
});

describe('atrium link', () => {
  test('lets one browser in, once', async () => {
    const { code, output } = await runAtrium(product.home, ['link', '--json']);
    expect(code).toBe(0);
    const { url } = JSON.parse(output) as { readonly url: string };
    expect(url.startsWith(`${product.url}/sign-in#`)).toBe(true);
    const redeem = () =>
      fetch(`${product.url}/api/auth/redeem`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: product.url },
        body: JSON.stringify({ code: new URL(url).hash.slice(1) }),
      });
    const first = await redeem();
    expect(first.ok).toBe(true);
    expect(first.headers.get('set-cookie')).toContain('HttpOnly');
    expect((await redeem()).status).toBe(401);
  });

  test('is also a picture for a phone', async () => {
    const { code, output } = await runAtrium(product.home, ['link', '--qr']);
    expect(code).toBe(0);
    expect(output).toMatch(/[▀▄█]{5}/);
  });

  test('says that nothing runs when nothing does', async () => {
    const { code } = await runAtrium(await makeTestHome(), ['link'], { ATRIUM_PORT: '1' });
    expect(code).toBe(3);
  });
});
