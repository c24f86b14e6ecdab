import { setTimeout as delay } from 'node:timers/promises';
import { CommandError } from '../command-error.ts';
import type { PostAnswer } from './answers.ts';
import { sessionPath, type Client } from './client.ts';

export interface PostOptions {
  readonly signal: AbortSignal;
  /** Hears that the server is away, before each further try. */
  readonly onLost?: () => void;
  /** How long to go on trying, in milliseconds; for ever when absent. */
  readonly patienceMs?: number;
}

const delayMs = 1000;

/**
 * Posts a message until the server has answered. The same id every time, so that it is accepted once however often the
 * connection breaks. Throws what the server refuses, `notReachable` when the patience is over.
 */
export async function postMessage(
  client: Client,
  key: string,
  message: { readonly id: string; readonly text: string },
  { signal, onLost, patienceMs = Number.POSITIVE_INFINITY }: PostOptions,
): Promise<PostAnswer> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await client.call<PostAnswer>('POST', sessionPath(key, '/messages'), { body: message, signal });
    } catch (error) {
      if (signal.aborted || !isPassing(error) || Date.now() + delayMs > until) throw error;
    }
    onLost?.();
    await delay(delayMs, undefined, { signal });
  }
}

const isPassing = (error: unknown): boolean => error instanceof CommandError && error.isPassing;
