import { setTimeout } from 'node:timers/promises';
import type { TurnOutcomeRow } from '../../domain/viewer.ts';
import type { Database } from '../../store/database.ts';
import { findOutcome } from '../../store/list-outcomes.ts';
import { ChangeCounter } from './change-counter.ts';
import type { NoticeHub } from './notice-hub.ts';
import { isDatabaseAway } from '../temporal-error.ts';

/** Notices tell when to look; this is for one that was lost. */
const lookEveryMs = 5_000;
const retryDelayMs = 1_000;

export interface AwaitedMessage {
  readonly key: string;
  readonly id: string;
}

/**
 * Waits for the outcome of a message (I2), also while the database is away. Undefined when the signal aborts first, or
 * when the session is deleted.
 */
export async function waitForOutcome(
  database: Database,
  hub: NoticeHub,
  { key, id }: AwaitedMessage,
  signal: AbortSignal,
): Promise<TurnOutcomeRow | undefined> {
  const news = new ChangeCounter();
  const deletion = new AbortController();
  const over = AbortSignal.any([signal, deletion.signal]);
  const subscription = hub.subscribe(key, (happening) => {
    if (happening === 'deleted') deletion.abort();
    if (happening === 'ended' || happening === 'reconnected') news.increment();
  });
  try {
    while (!over.aborted) {
      const seen = news.count;
      const look = await findWhenPossible(database, key, id);
      if (look !== 'away' && look !== undefined) return look;
      if (look === 'away') await setTimeout(retryDelayMs, undefined, { signal: over }).catch(() => undefined);
      else await news.waitBeyond(seen, over, lookEveryMs);
    }
    return undefined;
  } finally {
    subscription[Symbol.dispose]();
  }
}

async function findWhenPossible(
  database: Database,
  key: string,
  id: string,
): Promise<TurnOutcomeRow | undefined | 'away'> {
  try {
    return await findOutcome(database, key, id);
  } catch (error) {
    if (isDatabaseAway(error)) return 'away';
    throw error;
  }
}
