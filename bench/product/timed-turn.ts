import { randomUUID } from 'node:crypto';
import type { FakeOpenAi } from '../fake-openai.ts';
import { plainText } from './plain-text.ts';
import type { Product } from './product.ts';

/** One turn seen from its caller and from the model; milliseconds. */
export interface TimedTurn {
  /** From the call until the model server has the request. */
  readonly beforeMs: number;
  /** From the model's last byte until the caller has the reply. */
  readonly afterMs: number;
}

/** Posts one message, waits for its reply, and takes the times. */
export async function takeTimedTurn(product: Product, model: FakeOpenAi, key: string): Promise<TimedTurn> {
  const marker = `m-${randomUUID()}`;
  const sentAt = Date.now();
  await product.client.ask(key, plainText(marker));
  const repliedAt = Date.now();
  const { at, number } = findRequest(model, marker);
  const end = model.ends.find((entry) => entry.number === number);
  return { beforeMs: at - sentAt, afterMs: repliedAt - (end?.at ?? repliedAt) };
}

/** The first request that was made for the message with this marker: its reply. Later ones may be for a title. */
export function findRequest(model: FakeOpenAi, marker: string): FakeOpenAi['requests'][number] {
  const found = model.requests.find(({ body }) => lastWords(body.messages).includes(marker));
  if (found === undefined) throw new Error(`The model was never asked for ${marker}.`);
  return found;
}

const lastWords = (messages: readonly { readonly content: string }[]): string =>
  messages.at(-1)?.content ?? '';
