import type { ProductClient } from './product-client.ts';
import { plainText } from './plain-text.ts';

export interface SessionsPlan {
  readonly sessions: number;
  /** Of each session, one after the other. */
  readonly turns: number;
}

/** Makes sessions, then lets all of them talk at once. Milliseconds from the first message to the last reply. */
export async function runSessions(client: ProductClient, { sessions, turns }: SessionsPlan): Promise<number> {
  return talkAtOnce(client, await createSessions(client, sessions), turns);
}

export async function createSessions(client: ProductClient, count: number): Promise<readonly string[]> {
  const keys: string[] = [];
  while (keys.length < count) keys.push(await client.createSession());
  return keys;
}

/** Each session takes its turns one after the other, all sessions at once. Milliseconds that it took. */
export async function talkAtOnce(
  client: ProductClient,
  keys: readonly string[],
  turns: number,
): Promise<number> {
  const startedAt = performance.now();
  const talk = async (key: string): Promise<void> => {
    for (let turn = 1; turn <= turns; turn += 1) await client.ask(key, plainText(`${key} ${turn}`));
  };
  await Promise.all(keys.map(talk));
  return performance.now() - startedAt;
}
