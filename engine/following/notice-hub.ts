import type { Database } from '../../store/database.ts';
import { listenForNotices, type Notice } from '../../store/notices.ts';

/** What may have happened to a session; `reconnected`: anything, for notices may have been missed. */
export type Happening = Notice['kind'] | 'reconnected';

type SessionListener = (happening: Happening) => void;
/** Hears of every session; the key is null after a lost connection came back. */
export type AnyListener = (key: string | null, happening: Happening) => void;

/** Hands the notices of this process's one LISTEN connection to those who look at their session. */
export interface NoticeHub extends AsyncDisposable {
  subscribe(key: string, listener: SessionListener): Disposable;
  subscribeAll(listener: AnyListener): Disposable;
}

export async function openNoticeHub(database: Database): Promise<NoticeHub> {
  const bySession = new Map<string, Set<SessionListener>>();
  const ofAll = new Set<AnyListener>();
  const connection = await listenForNotices(database, {
    onNotice: ({ session, kind }) => {
      for (const listener of bySession.get(session) ?? []) listener(kind);
      for (const listener of ofAll) listener(session, kind);
    },
    onReconnected: () => {
      for (const listeners of bySession.values()) for (const listener of listeners) listener('reconnected');
      for (const listener of ofAll) listener(null, 'reconnected');
    },
  });
  return {
    subscribe: (key, listener) => subscribe(bySession, key, listener),
    subscribeAll: (listener) => {
      ofAll.add(listener);
      return { [Symbol.dispose]: () => void ofAll.delete(listener) };
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

function subscribe(
  bySession: Map<string, Set<SessionListener>>,
  key: string,
  listener: SessionListener,
): Disposable {
  const listeners = bySession.get(key) ?? new Set();
  bySession.set(key, listeners.add(listener));
  return {
    [Symbol.dispose]: () => {
      listeners.delete(listener);
      if (listeners.size === 0 && bySession.get(key) === listeners) bySession.delete(key);
    },
  };
}
