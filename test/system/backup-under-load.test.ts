import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openFakeOpenAi } from '../../bench/fake-openai.ts';
import { modelEnvironment } from '../../bench/product/open-bench-product.ts';
import type { Product } from '../../bench/product/product.ts';
import { runAtrium } from '../../bench/product/run-command.ts';
import { until } from '../harness/until.ts';
import { openTestProduct } from './support/open-product.ts';

/** Long enough to be kept outside of history, of which a backup takes a copy at another moment. */
const largeText = (marker: string): string => `${marker} ${'a long story '.repeat(12_000)}`;
const textOf = (key: string, number: number): string =>
  number % 3 === 0 ? largeText(`${key} ${number}`) : `${key} ${number}`;

/** Talks to a session until told to stop; every question is answered. Returns how many there were. */
async function talk({ client }: Product, key: string, signal: AbortSignal): Promise<number> {
  let number = 0;
  while (!signal.aborted) {
    number += 1;
    await client.ask(key, textOf(key, number));
  }
  return number;
}

/** The numbers of the messages in a transcript, each with its one reply. */
async function numbersIn({ client }: Product, key: string): Promise<readonly number[]> {
  const messages = await client.listAllMessages(key);
  const asked = messages.filter(({ role }) => role === 'user');
  for (const { id, text } of asked) {
    expect(messages.filter(({ replyTo }) => replyTo === id)).toHaveLength(1);
    expect(text).toBe(textOf(key, Number(text.split(' ')[1])));
  }
  return asked.map(({ text }) => Number(text.split(' ')[1]));
}

describe('atrium backup while people talk', () => {
  test('I1, I2, I4, I9: holds every session up to one moment, large texts too, and turns that ran go on', async () => {
    await using model = await openFakeOpenAi({ words: 10, wordDelayMs: 5 });
    const environment = modelEnvironment(model);
    await using from = await openTestProduct();
    const first = await from.start({ environment });
    const keys = await Promise.all(Array.from({ length: 6 }, () => first.client.createSession()));
    const closing = new AbortController();
    const talks = keys.map((key) => talk(first, key, closing.signal));
    const counts = async (): Promise<readonly number[]> =>
      Promise.all(keys.map(async (key) => (await numbersOf(first, key)).length));
    await until(async () => (await counts()).every((count) => count >= 4), {
      what: 'some turns',
      everyMs: 200,
    });
    const before = await counts();
    const file = join(from.home, 'backup.tar.gz');
    expect(await runAtrium(from.home, ['backup', file])).toMatchObject({ code: 0 });
    closing.abort();
    const asked = await Promise.all(talks);
    expect(await first.stop()).toBe(0);

    await using to = await openTestProduct();
    const second = await to.start({ environment, args: ['--from', file] });
    for (const [place, key] of keys.entries()) {
      // A turn that ran when the copy was made is finished here.
      await second.client.ask(key, textOf(key, 1000));
      const numbers = await numbersIn(second, key);
      expect(numbers.at(-1)).toBe(1000);
      const kept = numbers.slice(0, -1);
      expect(kept).toEqual(kept.map((_number, index) => index + 1));
      expect(kept.length).toBeGreaterThanOrEqual(before[place]!);
      expect(kept.length).toBeLessThanOrEqual(asked[place]!);
    }
    expect(await runAtrium(to.home, ['verify'])).toMatchObject({ code: 0 });
  }, 240_000);
});

const numbersOf = async ({ client }: Product, key: string): Promise<readonly string[]> =>
  (await client.listAllMessages(key)).filter(({ role }) => role === 'user').map(({ text }) => text);
