import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeOpenAi, FakeRequest } from '../fake-openai.ts';
import type { Product } from '../product/product.ts';

export const windowMs = 60_000;
/** Until a changed limit is all that matters. */
const settleMs = 8_000;

/** The calls that begin within a minute. */
export async function callsOfMinute(model: FakeOpenAi): Promise<readonly FakeRequest[]> {
  await sleep(settleMs);
  const from = Date.now();
  await sleep(windowMs);
  return model.requests.filter(({ at }) => at >= from && at < from + windowMs);
}

/** Changes limits of the shared model while the server runs. */
export async function setLimits(
  { client }: Product,
  change: Readonly<Record<string, number | null>>,
): Promise<void> {
  const { status } = await client.call('PUT', '/api/queue/limits', change);
  if (status !== 200) throw new Error(`The limits were answered with ${status}.`);
}
