import { ChangeCounter } from './change-counter.ts';
import type { AnyListener } from './notice-hub.ts';

/** What happened in any session since somebody looked last. */
export interface Stirred {
  /** The keys of the sessions, and when something happened in each first. */
  readonly sessions: ReadonlyMap<string, number>;
  readonly deleted: readonly string[];
  /** Whether something may have happened that nobody told of. */
  readonly isIncomplete: boolean;
}

/** Gathers what happens until it is taken; a session that stirs often between two looks is named once. */
export class SessionStir {
  readonly changes = new ChangeCounter();
  readonly #now: () => number;
  #sessions = new Map<string, number>();
  readonly #deleted = new Set<string>();
  #isIncomplete = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What the live feed tells, apart from the sessions that are watched more closely. */
  listener(isWatched: (key: string) => boolean): AnyListener {
    return (key, happening) => {
      if (key === null) this.#isIncomplete = true;
      else if (happening === 'deleted') this.#deleted.add(key);
      else if (!isWatched(key)) return this.add(key);
      else return;
      this.changes.increment();
    };
  }

  add(key: string): void {
    if (!this.#sessions.has(key)) this.#sessions.set(key, this.#now());
    this.changes.increment();
  }

  take(): Stirred {
    const stirred = {
      sessions: this.#sessions,
      deleted: [...this.#deleted],
      isIncomplete: this.#isIncomplete,
    };
    this.#sessions = new Map();
    this.#deleted.clear();
    this.#isIncomplete = false;
    return stirred;
  }
}
