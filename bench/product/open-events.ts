import { readServerSentEvents } from '../../cli/client/server-sent-events.ts';
import type { Product } from './product.ts';

export interface ProductEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** The last id that the stream named; resumes behind this event. */
  readonly id: string | undefined;
}

/** The events of a session on one connection, until it ends or the signal. Throws when the server refuses. */
export async function* openEvents(
  { url, token }: Pick<Product, 'url' | 'token'>,
  key: string,
  signal: AbortSignal,
  lastEventId?: string,
): AsyncGenerator<ProductEvent> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  try {
    const response = await fetch(`${url}/api/sessions/${key}/events`, { headers, signal });
    if (!response.ok || response.body === null)
      throw new Error(`No events of ${key}: ${response.status} ${await response.text()}`);
    for await (const { name, data, id } of readServerSentEvents(response.body, () => undefined))
      yield { name, id, data: JSON.parse(data) as Record<string, unknown> };
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
