import type { ProductClient } from './product-client.ts';
import { plainText } from './plain-text.ts';

export interface SessionsPlan {
  readonly sessions: number;
  /** Of each session, one after the other. */
  readonly turns: number;
}

/** Makes sessions, then lets all of them talk at once. The time counts from the first message to the last reply. */
export async function runSessions(
  client: ProductClient,
  { sessions, turns }: SessionsPlan,
): Promise<{ readonly elapsedMs: number; readonly keys: readonly string[] }> {
  const keys: string[] = [];
  for (let count = 0; count < sessions; count += 1) keys.push(await client.createSession());
  const startedAt = performance.now();
  const talk = async (key: string): Promise<void> => {
    for (let turn = 1; turn <= turns; turn += 1) await client.ask(key, plainText(`${key} ${turn}`));
  };
  await Promise.all(keys.map(talk));
  return { elapsedMs: performance.now() - startedAt, keys };
}
