import type { LiveEvent, LiveEventPlace, ResetReason } from '../domain/live-event.ts';
import type { CallContext } from '../workflows/protocol.ts';

export interface LiveTextOptions {
  readonly session: string;
  readonly attempt: number;
  /** Why there is another attempt; undefined for the first. */
  readonly resetReason: ResetReason | undefined;
  readonly write: (events: readonly LiveEvent[]) => Promise<void>;
  /** Called with the first error of a call whose text does not reach the side channel. */
  readonly onLost: (error: unknown) => void;
}

/** Text that arrives within this time goes out together; short enough to look like typing. Milliseconds. */
const gatherMs = 60;
/** After a failed write, so that a database that is away is not asked for each word. Milliseconds. */
const pauseAfterErrorMs = 1_000;
/** The longest that the side channel may hold up a call's end; milliseconds. */
const closeMs = 300;

/**
 * One attempt's text on its way to those who watch. The first word goes out at once, the rest in small batches, one after
 * the other. Adding never waits, and a write that fails costs nothing but the delay: the next one begins where the last
 * confirmed one ended.
 */
export class LiveText {
  readonly #options: LiveTextOptions;
  readonly #context: CallContext;
  #head: readonly LiveEvent[];
  #text = '';
  /** How much of the text is known to be written, in UTF-16 units. */
  #written = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #notBefore = 0;
  #isLost = false;
  #isClosed = false;

  /** Tells the viewers that an attempt begins. */
  constructor(options: LiveTextOptions, context: CallContext, model: string) {
    this.#options = options;
    this.#context = context;
    const { attempt, resetReason } = options;
    const { messageIds } = context;
    const started = { kind: 'turn.started', ...this.#place(), attempt, messageIds, model } as const;
    const reset = { kind: 'turn.reset', ...this.#place(), attempt } as const;
    this.#head = resetReason === undefined ? [started] : [started, { ...reset, reason: resetReason }];
    this.#schedule();
  }

  /** Takes an addition to the text. */
  add(text: string): void {
    if (text === '') return;
    // Nobody should wait for the first word.
    if (this.#text === '' && !this.#isLost) this.#notBefore = 0;
    this.#text += text;
    this.#schedule();
  }

  /** Tells the viewers that this attempt failed and when the next one begins; waits until they know, within bounds. */
  async announceRetry(retryAt: number): Promise<void> {
    const waiting = { kind: 'turn.waiting', ...this.#place(), attempt: this.#options.attempt } as const;
    this.#head = [...this.#head, { ...waiting, place: 0, reason: 'backoff', retryAt }];
    await this.closeWhole();
  }

  /** Ends the side channel of an attempt of which no outcome tells: everything goes out first, within bounds. */
  async closeWhole(): Promise<void> {
    await this.#settle();
    if (this.#hasNews()) void this.#write();
    await this.close();
  }

  /**
   * Ends the side channel of this attempt. What has not gone out by now arrives with the outcome; a write under way is
   * waited for, so that it does not come after it.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#settle();
  }

  #place(): LiveEventPlace {
    return { session: this.#options.session, turn: this.#context.turn, at: Date.now() };
  }

  #schedule(): void {
    if (this.#writing !== undefined || this.#isClosed || !this.#hasNews()) return;
    clearTimeout(this.#timer);
    const waitMs = this.#notBefore - Date.now();
    if (waitMs <= 0) void this.#write();
    else this.#timer = setTimeout(() => void this.#write(), waitMs);
  }

  #hasNews(): boolean {
    return this.#head.length > 0 || this.#text.length > this.#written;
  }

  #write(): Promise<void> {
    this.#writing ??= this.#writeOnce().finally(() => {
      this.#writing = undefined;
      this.#schedule();
    });
    return this.#writing;
  }

  async #writeOnce(): Promise<void> {
    const head = this.#head;
    const [start, end] = [this.#written, this.#text.length];
    const { attempt } = this.#options;
    const token = { kind: 'token', ...this.#place(), attempt, start } as const;
    const tail: readonly LiveEvent[] = end > start ? [{ ...token, text: this.#text.slice(start, end) }] : [];
    this.#notBefore = Date.now() + gatherMs;
    try {
      await this.#options.write([...head, ...tail]);
      this.#head = this.#head.slice(head.length);
      this.#written = end;
    } catch (error) {
      this.#notBefore = Date.now() + pauseAfterErrorMs;
      if (!this.#isLost) this.#options.onLost(error);
      this.#isLost = true;
    }
  }

  async #settle(): Promise<void> {
    if (this.#writing === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((done) => (timer = setTimeout(done, closeMs)));
    await Promise.race([this.#writing, bound]);
    clearTimeout(timer);
  }
}
