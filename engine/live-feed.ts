import type { TurnOutcomeRow } from '../domain/viewer.ts';
import type { Database } from '../store/database.ts';
import { openNoticeHub } from './notice-hub.ts';
import { createWatchRegistry, type SessionWatch } from './session-watch.ts';
import { waitForOutcome } from './wait-for-outcome.ts';

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
  watch(key: string): Promise<SessionWatch>;
  /** The sessions in which something happens, until it is disposed of. */
  watchAll(): SessionStir;
}

/** Tells which sessions to look at. A session that stirs often between two looks is told once. */
export interface SessionStir extends Disposable {
  /** The keys of sessions in which something happened since the last call; waits for the first. Empty: the signal aborted. */
  next(signal: AbortSignal): Promise<readonly string[]>;
}
