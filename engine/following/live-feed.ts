import type { TurnOutcomeRow } from '../../domain/viewer.ts';
import type { Database } from '../../store/database.ts';
import { openNoticeHub, type AnyListener } from './notice-hub.ts';
import type { SessionWatch, WatchInterest } from './session-watch.ts';
import { waitForOutcome } from './wait-for-outcome.ts';
import { createWatchRegistry } from './watch-registry.ts';

/**
 * What this process knows of sessions as they change. One LISTEN connection for the whole process tells what to look at;
 * what is shown is always read from the database, so it does not matter which process wrote it.
 */
export interface LiveFeed extends AsyncDisposable {
  /**
   * Resolves with the outcome of a message once there is one; undefined when the signal aborts first, or when the session
   * is deleted.
   */
  waitForOutcome(key: string, messageId: string, signal: AbortSignal): Promise<TurnOutcomeRow | undefined>;
  /**
   * What is known of a session, kept fresh until it is disposed of. Resolves after a look at the database that began after
   * the call. Throws AtriumError unavailable `database-unavailable`.
   */
  watch(key: string, interest: WatchInterest): Promise<SessionWatch>;
  /** Calls the listener when something happens in any session. */
  listen(listener: AnyListener): Disposable;
}

export async function openLiveFeed(database: Database): Promise<LiveFeed> {
  const hub = await openNoticeHub(database);
  const registry = createWatchRegistry(database, hub);
  return {
    waitForOutcome: (key, id, signal) => waitForOutcome(database, hub, { key, id }, signal),
    watch: (key, interest) => registry.open(key, interest),
    listen: (listener) => hub.subscribeAll(listener),
    [Symbol.asyncDispose]: async () => {
      registry[Symbol.dispose]();
      await hub[Symbol.asyncDispose]();
    },
  };
}
