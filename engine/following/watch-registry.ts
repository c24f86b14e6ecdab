import type { Database } from '../../store/database.ts';
import type { NoticeHub } from './notice-hub.ts';
import { SharedWatch, type SessionWatch, type WatchInterest } from './session-watch.ts';

/** How long a session that nobody follows any more is kept fresh: a viewer that reloads its page is back by then. */
const lingerMs = 5_000;

/** One watch a session for everybody in this process. */
export interface WatchRegistry extends Disposable {
  open(key: string, interest: WatchInterest): Promise<SessionWatch>;
}

export function createWatchRegistry(database: Database, hub: NoticeHub): WatchRegistry {
  const watches = new Map<string, SharedWatch>();

  function find(key: string): SharedWatch {
    const known = watches.get(key);
    // A session of the same key may have been made since.
    if (known !== undefined && !known.isDeleted) return known;
    const fresh = new SharedWatch(database, hub, key);
    watches.set(key, fresh);
    return fresh;
  }

  function leave(key: string, shared: SharedWatch): void {
    if (shared.userCount > 0) return;
    const end = (): void => {
      if (shared.userCount > 0) return;
      shared[Symbol.dispose]();
      if (watches.get(key) === shared) watches.delete(key);
    };
    setTimeout(end, lingerMs).unref();
  }

  return {
    open: async (key, interest) => {
      const shared = find(key);
      const watch = shared.enter(interest, () => leave(key, shared));
      try {
        await shared.refresh();
        return watch;
      } catch (error) {
        watch[Symbol.dispose]();
        throw error;
      }
    },
    [Symbol.dispose]: () => {
      for (const shared of watches.values()) shared[Symbol.dispose]();
      watches.clear();
    },
  };
}
