/** Where slots come from: all processes share them, and each slot is held by one. */
export interface SlotSource {
  /** Takes up to `wanted` of the slots 1 to `limit` that nobody has. */
  take(wanted: number, limit: number): Promise<readonly number[]>;
  /** Lets others have a slot. */
  give(slot: number): void;
}

/** Without a limit; more calls than this no process could take on. */
const mostSlots = 1_000;
/** How long to wait before asking again for a slot while other processes have all; milliseconds. */
const askAgainMs = 1_000;

/**
 * What this process has of the slots of a provider. A slot is reserved before a call is asked for, and kept until it has
 * ended. While the source cannot be reached the process goes on with the slots that it has, so that all together still
 * keep the limit.
 */
export class SlotPool {
  readonly #source: SlotSource;
  readonly #held = new Set<number>();
  readonly #waiting = new Set<() => void>();
  #limit = 0;
  /** Reservations that were handed out: of calls that run, and of pollers that ask for one. */
  #reservedCount = 0;
  #begunCount = 0;
  #isTaking = false;
  #isClosed = false;

  constructor(source: SlotSource) {
    this.#source = source;
  }

  /** The slots that this process holds, in order. */
  get held(): readonly number[] {
    return [...this.#held].toSorted((one, other) => one - other);
  }

  /** Changes how many there are; null: no limit. Calls that run stay, whatever the number. */
  setLimit(limit: number | null): void {
    this.#limit = Math.min(limit ?? mostSlots, mostSlots);
    this.#serve();
  }

  /** To be told when only some of the slots that were held are still this process's own. */
  keepOnly(slots: readonly number[]): void {
    for (const slot of this.#held) if (!slots.includes(slot)) this.#held.delete(slot);
    this.#serve();
  }

  /** Waits for a slot; rejects with the signal's reason when it aborts. */
  reserve(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const abort = (): void => {
        this.#waiting.delete(take);
        reject(signal.reason);
      };
      const take = (): void => {
        signal.removeEventListener('abort', abort);
        this.#reservedCount += 1;
        resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.add(take);
      this.#serve();
    });
  }

  /** Ends a reservation. The slot goes to whoever waits for one here, or back to all. */
  release(): void {
    this.#reservedCount -= 1;
    this.#serve();
    this.#giveSpare();
  }

  /**
   * Whether a call may begin that came with a reservation: not when the number was lowered or a slot lost meanwhile. Who
   * gets true says when the call has ended, by `end`.
   */
  tryBegin(): boolean {
    if (this.#begunCount >= this.#ownCount()) return false;
    this.#begunCount += 1;
    return true;
  }

  end(): void {
    this.#begunCount -= 1;
  }

  /** Nothing is taken any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** Held slots that count: a lowered limit leaves some above it. */
  #ownCount(): number {
    return this.held.filter((slot) => slot <= this.#limit).length;
  }

  #serve(): void {
    for (const take of this.#waiting) {
      if (this.#reservedCount >= this.#ownCount()) break;
      this.#waiting.delete(take);
      take();
    }
    if (this.#wantsMore()) void this.#takeMore();
  }

  /** Who has all that there are need not ask for more. */
  #wantsMore(): boolean {
    return this.#waiting.size > 0 && this.#ownCount() < this.#limit && !this.#isClosed;
  }

  async #takeMore(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    while (this.#wantsMore()) {
      const taken = await this.#source.take(this.#waiting.size, this.#limit);
      for (const slot of taken) this.#held.add(slot);
      this.#serve();
      this.#giveSpare();
      if (taken.length === 0) await pause(askAgainMs);
    }
    this.#isTaking = false;
  }

  /** The highest go first: with a lowered limit they are the ones above it. */
  #giveSpare(): void {
    for (const slot of this.held.slice(this.#reservedCount)) {
      this.#held.delete(slot);
      this.#source.give(slot);
    }
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
