import { once } from 'node:events';

/** A post that has been begun and that the database may not show yet. */
export interface PostUnderWay extends Disposable {
  /** The ids of those to the same session that were begun earlier and are not done. */
  readonly ahead: readonly string[];
}

interface Entry {
  readonly id: string;
  readonly done: Promise<unknown>;
}

/**
 * What this process is posting. Posts that come together look at the database before any of them is in it: this is how
 * they still count each other, and how a repetition waits for the first with its id (I2). Between processes the session
 * decides: it takes an id once, and answers what is too much with a refusal.
 */
export class PostsUnderWay {
  readonly #bySession = new Map<string, Set<Entry>>();

  /** Begins a post, once no other with its id is under way. Dispose of it when the database shows the message. */
  async begin(key: string, id: string): Promise<PostUnderWay> {
    for (let same = this.#find(key, id); same !== undefined; same = this.#find(key, id)) await same.done;
    const entries = this.#bySession.get(key) ?? new Set();
    const ahead = Array.from(entries, (entry) => entry.id);
    const over = new AbortController();
    const entry = { id, done: once(over.signal, 'abort') };
    this.#bySession.set(key, entries.add(entry));
    return {
      ahead,
      [Symbol.dispose]: () => {
        entries.delete(entry);
        if (entries.size === 0) this.#bySession.delete(key);
        over.abort();
      },
    };
  }

  #find(key: string, id: string): Entry | undefined {
    return [...(this.#bySession.get(key) ?? [])].find((entry) => entry.id === id);
  }
}
