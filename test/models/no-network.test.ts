import { Socket } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { openFakeOpenAi } from '../../bench/fake-openai.ts';
import { openModels } from '../../models/open-models.ts';
import { buildModelsConfig, configFor, readAll } from './calls.ts';

const outside: string[] = [];
const isHere = (host: string): boolean => host === '127.0.0.1' || host === 'localhost';

/** Notes and refuses whatever would leave this machine. */
beforeAll(() => {
  const { connect } = Socket.prototype as { connect: Function };
  jest.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
    const host = (first as { host?: string }).host ?? 'localhost';
    if (isHere(host)) return Reflect.apply(connect, this, args) as Socket;
    outside.push(host);
    return this.destroy(new Error(`no network: ${host}`));
  });
});
afterAll(() => void jest.restoreAllMocks());

test('a whole answer needs nothing but its own server', async () => {
  await using server = await openFakeOpenAi({ words: 30 });
  const { text } = await readAll(await openModels(configFor(server.baseUrl)).resolve(null));
  expect(text).toContain('word29');
  expect(outside).toEqual([]);
});

test('the offline model needs nothing at all', async () => {
  await readAll(await openModels(buildModelsConfig()).resolve(null));
  expect(outside).toEqual([]);
});

test('the guard of this file works: another host is noticed', async () => {
  await expect(fetch('http://example.invalid/')).rejects.toThrow('fetch failed');
  expect(outside).toEqual(['example.invalid']);
});
