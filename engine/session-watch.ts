import type { LiveSession } from '../domain/viewer.ts';
import type { SessionView } from '../store/find-session.ts';

/** What is known of one session, kept fresh. */
export interface SessionWatch extends Disposable {
  /** When this process began to look at the session, in milliseconds since the epoch. */
  readonly openedAt: number;
  readonly known: KnownSession;
  /** Resolves when something else is known than `seen`, or the signal aborts. */
  changedFrom(seen: KnownSession, signal: AbortSignal): Promise<void>;
}

export type KnownSession =
  | { readonly state: 'present'; readonly view: SessionView; readonly live: LiveSession }
  | { readonly state: 'deleted' };
