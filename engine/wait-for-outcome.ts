import type { TurnOutcomeRow } from '../domain/viewer.ts';
import type { Database } from '../store/database.ts';
import { findOutcome } from '../store/list-outcomes.ts';
import { ChangeCounter } from './change-counter.ts';
import type { NoticeHub } from './notice-hub.ts';
import { isDatabaseAway } from './temporal-error.ts';

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
  let isDeleted = false;
  using _subscription = hub.subscribe(key, (happening) => {
    isDeleted ||= happening === 'deleted';
    // No outcome is on the side channel.
    if (happening !== 'live') news.increment();
  });
  while (!signal.aborted && !isDeleted) {
    const seen = news.count;
    const look = await findWhenPossible(database, key, id);
    if (look !== 'away' && look !== undefined) return look;
    if (look === 'away') await news.waitBeyond(Number.MAX_SAFE_INTEGER, signal, retryDelayMs);
    else await news.waitBeyond(seen, signal, lookEveryMs);
  }
  return undefined;
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
