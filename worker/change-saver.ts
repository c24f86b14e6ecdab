import type { SessionChanges } from '../workflows/protocol.ts';

/**
 * Writes what sessions hand to their worker the moment it happens. Per session one write at a time, in order; while one is
 * under way only the newest that waits counts, because each holds everything since the last confirmed projection. A write
 * that fails is left to the projection, which is tried until the database answers.
 */
export class ChangeSaver {
  readonly #save: (changes: SessionChanges) => Promise<void>;
  readonly #waiting = new Map<string, SessionChanges | undefined>();
  readonly #running = new Set<Promise<void>>();

  constructor(save: (changes: SessionChanges) => Promise<void>) {
    this.#save = save;
  }

  /** Returns at once. */
  put(changes: SessionChanges): void {
    const { key } = changes.facts;
    const isUnderWay = this.#waiting.has(key);
    this.#waiting.set(key, changes);
    if (isUnderWay) return;
    const running = this.#drain(key).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Settles when everything that was put is written or given up. */
  async flush(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #drain(key: string): Promise<void> {
    for (;;) {
      const changes = this.#waiting.get(key);
      if (changes === undefined) break;
      this.#waiting.set(key, undefined);
      await this.#save(changes).catch(() => undefined);
    }
    this.#waiting.delete(key);
  }
}
