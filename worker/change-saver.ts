import type { SessionChanges } from '../workflows/protocol.ts';

/**
 * Writes what sessions hand to their worker the moment it happens. Per session one write at a time, in order; while one is
 * under way only the newest that waits counts, because each holds everything since the last confirmed projection. A write
 * that fails is left to the projection, which is tried until the database answers.
 */
export class ChangeSaver {
  readonly #save: (changes: SessionChanges) => Promise<void>;
  readonly #waiting = new Map<string, SessionChanges>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(save: (changes: SessionChanges) => Promise<void>) {
    this.#save = save;
  }

  /** Returns at once. */
  put(changes: SessionChanges): void {
    const { key } = changes.facts;
    this.#waiting.set(key, changes);
    if (!this.#running.has(key)) this.#running.set(key, this.#drain(key));
  }

  /** Settles when everything that was put of a session is written or given up. */
  settle(key: string): Promise<void> {
    return this.#running.get(key) ?? Promise.resolve();
  }

  /** The same for every session. */
  async flush(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #drain(key: string): Promise<void> {
    for (;;) {
      const changes = this.#waiting.get(key);
      if (changes === undefined) break;
      this.#waiting.delete(key);
      await this.#save(changes).catch(() => undefined);
    }
    this.#running.delete(key);
  }
}
