import type { CallPause, CallReports } from '../activities/call-reports.ts';
import {
  isWorthTelling,
  waitingEvent,
  type CallFacts,
  type CallId,
  type CallPlace,
  type LiveCall,
  type RateCount,
} from '../domain/live-call.ts';
import type { LiveEvent } from '../domain/live-event.ts';
import {
  isDue,
  isLeftOver,
  isWatched,
  keyOf,
  patienceMs,
  roundMs,
  wasJustTold,
  type BoardEntry,
} from './board-entry.ts';

/** Where a board writes; all of it may fail, which costs people a view and nothing else. */
export interface CallBoardParts {
  /** Writes what this process knows of calls, and which are over. */
  readonly save: (calls: readonly LiveCall[], ended: readonly CallId[]) => Promise<void>;
  /** Adds to what was used of providers. */
  readonly count: (counts: readonly RateCount[]) => Promise<void>;
  /** Where the waiting calls stand that this process vouches for. */
  readonly listPlaces: () => Promise<readonly CallPlace[]>;
  readonly tell: (events: readonly LiveEvent[]) => Promise<void>;
}

/**
 * The model calls that this process knows of, on their way to the database: written in rounds, and only what lasts long
 * enough to be looked at. While nothing is called nothing is done.
 */
export class CallBoard implements CallReports {
  readonly #parts: CallBoardParts;
  readonly #entries = new Map<string, BoardEntry>();
  readonly #ended = new Map<string, CallId>();
  readonly #used = new Map<string, RateCount>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = 0;
  #isWriting = false;
  #isClosed = false;

  constructor(parts: CallBoardParts) {
    this.#parts = parts;
  }

  /** A session of this process has scheduled a call. */
  queued(call: CallFacts): void {
    this.#put({ ...call, state: 'waiting', since: call.queuedAt, ...noHistory }, { isAnnounced: true });
  }

  /** A session of this process has the result of a call, or does not want it any more. */
  forget(id: CallId): void {
    const key = keyOf(id);
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    // What another process wrote, for a session that was there before, is of no more use either.
    if (entry === undefined || entry.savedAt !== undefined) this.#end(id);
  }

  began(call: CallFacts, model: string): void {
    this.#put({ ...call, ...noHistory, state: 'running', since: Date.now(), model });
    this.#use({ provider: call.provider, requests: 1, tokens: 0 });
  }

  wrote(id: CallId, tokens: number): void {
    const entry = this.#entries.get(keyOf(id));
    if (entry !== undefined) this.#put({ ...entry.call, tokens: entry.call.tokens + tokens });
  }

  paused(call: CallFacts, { reason, retryAt, attempt, isTold }: CallPause): void {
    const now = Date.now();
    const told = isTold ? { place: 0, reason, retryAt, at: now } : undefined;
    this.#put({ ...call, ...noHistory, state: 'waiting', since: now, reason, retryAt }, { attempt, told });
  }

  ended(id: CallId, tokens: number): void {
    const entry = this.#entries.get(keyOf(id));
    if (entry === undefined) return;
    this.#use({ provider: entry.call.provider, requests: 0, tokens });
    if (entry.savedAt !== undefined) this.#end(id);
    if (entry.isAnnounced) this.#put(entry.call, { isOver: true, savedAt: undefined });
    else this.#entries.delete(keyOf(id));
  }

  /** Takes back what this process vouched for, and stops. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isClosed = true;
    for (const { call, savedAt } of this.#entries.values())
      if (savedAt !== undefined) this.#ended.set(keyOf(call), call);
    this.#entries.clear();
    await this.#write().catch(() => undefined);
  }

  #put(call: LiveCall, change: Partial<BoardEntry> = {}): void {
    const now = Date.now();
    const fresh = { isAnnounced: false, isOver: false, attempt: 0, seenAt: now, savedAt: undefined };
    const before = this.#entries.get(keyOf(call)) ?? { ...fresh, told: undefined };
    this.#entries.set(keyOf(call), { ...before, isOver: false, ...change, call, changedAt: now });
    this.#schedule(before.savedAt === undefined ? patienceMs : roundMs);
  }

  #end(id: CallId): void {
    this.#ended.set(keyOf(id), id);
    this.#schedule(patienceMs);
  }

  #use({ provider, requests, tokens }: RateCount): void {
    const used = this.#used.get(provider) ?? { provider, requests: 0, tokens: 0 };
    this.#used.set(provider, {
      provider,
      requests: used.requests + requests,
      tokens: used.tokens + tokens,
    });
    this.#schedule(roundMs);
  }

  #schedule(ms: number): void {
    const dueAt = Date.now() + ms;
    if (this.#isClosed || this.#isWriting || (this.#timer !== undefined && this.#dueAt <= dueAt)) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => void this.#round(), ms).unref();
  }

  async #round(): Promise<void> {
    this.#timer = undefined;
    this.#isWriting = true;
    await this.#write().catch(() => undefined);
    this.#isWriting = false;
    const isNew = [...this.#entries.values()].some(({ savedAt, isOver }) => savedAt === undefined && !isOver);
    if (isNew) this.#schedule(patienceMs);
    else if (this.#entries.size + this.#ended.size + this.#used.size > 0) this.#schedule(roundMs);
  }

  async #write(): Promise<void> {
    await this.#saveCalls();
    await this.#saveCounts();
    if (!this.#isClosed && [...this.#entries.values()].some(isWatched)) await this.#tellPlaces();
  }

  async #saveCalls(): Promise<void> {
    const now = Date.now();
    for (const [key, entry] of this.#entries) if (isLeftOver(entry, now)) this.#entries.delete(key);
    const due = [...this.#entries.values()].filter((entry) => isDue(entry, now)).map(({ call }) => call);
    const ended = [...this.#ended.values()];
    if (due.length + ended.length === 0) return;
    await this.#parts.save(due, ended);
    for (const id of ended) this.#ended.delete(keyOf(id));
    for (const call of due) {
      const entry = this.#entries.get(keyOf(call));
      if (entry === undefined || entry.isOver) this.#ended.set(keyOf(call), call);
      else this.#entries.set(keyOf(call), { ...entry, savedAt: now });
    }
  }

  async #saveCounts(): Promise<void> {
    const counts = [...this.#used.values()];
    this.#used.clear();
    if (counts.length > 0) await this.#parts.count(counts);
  }

  async #tellPlaces(): Promise<void> {
    const places = await this.#parts.listPlaces();
    const at = Date.now();
    const events = places.flatMap((place) => {
      const entry = this.#entries.get(keyOf(place));
      if (entry === undefined || !isWatched(entry) || wasJustTold(entry, at)) return [];
      if (!isWorthTelling(entry.told, place)) return [];
      this.#entries.set(keyOf(place), { ...entry, told: { ...place, at } });
      return [waitingEvent(place, { turn: entry.call.turn, attempt: entry.attempt, at })];
    });
    if (events.length > 0) await this.#parts.tell(events);
  }
}

const noHistory = { model: null, tokens: 0, reason: null, retryAt: null } as const;
