import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '../command-error.ts';
import { sessionPath, type Client } from './client.ts';
import { readServerSentEvents } from './server-sent-events.ts';
import { parseSessionEvent, type SessionEvent } from './session-event.ts';

/**
 * `connected` comes before the events of each connection, `lost` after those of one that broke. A connection that is not
 * `isResumed` has nothing of what happened before it but the text of the turn that runs.
 */
export type Followed =
  | { readonly kind: 'connected'; readonly isResumed: boolean }
  | { readonly kind: 'lost' }
  | { readonly kind: 'event'; readonly event: SessionEvent };

export interface FollowOptions {
  readonly signal: AbortSignal;
  /** The server says something every 15 s; a connection that is silent for longer is dead. */
  readonly silenceMs?: number;
}

const firstDelayMs = 250;
const longestDelayMs = 5000;

/**
 * Follows a session's events until the signal. A connection that breaks is opened again where it stopped. Throws when the
 * first one fails, and whenever the server refuses.
 */
export async function* followSession(
  client: Client,
  key: string,
  options: FollowOptions,
): AsyncGenerator<Followed> {
  const { signal } = options;
  const place: Place = { lastEventId: undefined };
  let delayMs = firstDelayMs;
  let wasConnected = false;
  while (!signal.aborted) {
    try {
      for await (const followed of followOnce(client, key, options, place)) {
        delayMs = firstDelayMs;
        wasConnected = true;
        yield followed;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!wasConnected || !isLoss(error)) throw error;
    }
    yield { kind: 'lost' };
    await delay(delayMs, undefined, { signal }).catch(() => undefined);
    delayMs = Math.min(longestDelayMs, delayMs * 2);
  }
}

/** Where the stream stands; the next connection goes on there. */
interface Place {
  lastEventId: string | undefined;
}

async function* followOnce(
  client: Client,
  key: string,
  { signal, silenceMs = 45_000 }: FollowOptions,
  place: Place,
): AsyncGenerator<Followed> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const chunks = await client.open('GET', sessionPath(key, '/events'), {
      signal: AbortSignal.any([signal, silence.signal]),
      accept: 'text/event-stream',
      lastEventId: place.lastEventId,
    });
    yield { kind: 'connected', isResumed: place.lastEventId !== undefined };
    const goOnFrom = (id: string): void => {
      if (/^[\x21-\x7e]+$/.test(id)) place.lastEventId = id;
    };
    for await (const { name, data, id } of readServerSentEvents(chunks, () => timer.refresh(), goOnFrom)) {
      const event = parseSessionEvent(name, data);
      if (event !== undefined) yield { kind: 'event', event };
      if (id !== undefined) goOnFrom(id);
    }
  } catch (error) {
    if (!silence.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

const isLoss = (error: unknown): boolean => error instanceof CommandError && error.isPassing;
