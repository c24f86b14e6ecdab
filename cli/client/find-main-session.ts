import type { Client } from './client.ts';

/** The key of the session that a chat goes to when it names none. */
export async function findMainSession(client: Client): Promise<string> {
  const { mainSession } = await client.call<{ readonly mainSession: string }>('GET', '/api/status');
  return mainSession;
}
