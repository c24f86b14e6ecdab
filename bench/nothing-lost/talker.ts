import { setTimeout as sleep } from 'node:timers/promises';
import type { ProductClient } from '../product/product-client.ts';
import { between, type Random } from './random.ts';

/** A message that the server said it had accepted. */
export interface AcceptedMessage {
  readonly id: string;
  readonly text: string;
}

export interface TalkerOptions {
  readonly key: string;
  readonly random: Random;
  /** The server as it is at this moment. */
  readonly client: () => ProductClient;
  readonly signal: AbortSignal;
}

const answerTimeoutMs = 15_000;

/**
 * Somebody who posts numbered messages until the signal, and says each again under the same id until it is accepted, as
 * the contract asks of clients. Returns what was accepted, in that order.
 */
export async function talk(options: TalkerOptions): Promise<readonly AcceptedMessage[]> {
  const { key, random, signal } = options;
  const accepted: AcceptedMessage[] = [];
  for (let number = 1; !signal.aborted; number += 1) {
    const message = { id: messageId(key, number), text: messageText(key, number) };
    await postUntilAccepted(options, message);
    accepted.push(message);
    await sleep(between(random, 300, 1500), undefined, { signal }).catch(() => undefined);
  }
  return accepted;
}

/** The id under which a talker posts. */
export const messageId = (key: string, number: number): string => `${key}-${number}`;

/** Each text carries its session's mark and its number. */
export const messageText = (key: string, number: number): string => `mark:${key}: message ${number}.`;

/** The sessions whose mark is in a text, and the numbers of their messages. */
export function findMarks(text: string): readonly { readonly key: string; readonly number: number }[] {
  return [...text.matchAll(/mark:([\w-]+): message (\d+)\./g)].map(([, key = '', number]) => ({
    key,
    number: Number(number),
  }));
}

async function postUntilAccepted({ key, client }: TalkerOptions, message: AcceptedMessage): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const status = await tryPost(client(), key, message);
    if (status === 202 || status === 200) return;
    const mayRetry = status === undefined || status === 429 || status >= 500;
    if (!mayRetry) throw new Error(`${message.id} was answered with ${status}.`);
    if (Date.now() > deadline) throw new Error(`${message.id} was not accepted within two minutes.`);
    await sleep(200);
  }
}

/** The status, or undefined when there was no answer. */
async function tryPost(
  client: ProductClient,
  key: string,
  message: AcceptedMessage,
): Promise<number | undefined> {
  const late = sleep(answerTimeoutMs, undefined, { ref: false });
  const answer = await Promise.race([client.post(key, message), late]).catch(() => undefined);
  return answer?.status;
}
