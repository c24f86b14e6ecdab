import type { LiveSession } from '../../domain/viewer.ts';
import type { Database } from '../../store/database.ts';
import type { SessionView } from '../../store/find-session.ts';
import { coalesce } from './coalesce.ts';
import type { Happening, NoticeHub } from './notice-hub.ts';
import { readChanges, readLiveSession, readTokens, type LiveReading } from './read-live-session.ts';

/** What is known of one session, kept fresh until it is disposed of. */
export interface SessionWatch extends Disposable {
  readonly known: KnownSession;
  /** Calls the listener whenever `known` has become another object. */
  onChange(listener: () => void): Disposable;
}

export type KnownSession =
  | { readonly state: 'present'; readonly view: SessionView; readonly live: LiveSession }
  | { readonly state: 'deleted' };

/** `tokens`: as soon as they are there. `turns`: for whom text is of no interest; a little later, and all the cheaper. */
export type WatchInterest = 'tokens' | 'turns';

/** How long news of the side channel may wait while nobody reads the text. */
const turnsDelayMs = 300;
const retryDelayMs = 1_000;

/** `anew`: notices may have been missed, so that nothing that was read before counts. In order of how much is read. */
const newsKinds = ['none', 'tokens', 'changes', 'anew'] as const;
type News = (typeof newsKinds)[number];

/** The one watch that this process has of a session, whoever looks. */
export class SharedWatch {
  readonly #database: Database;
  readonly #key: string;
  readonly #subscription: Disposable;
  readonly #listeners = new Set<() => void>();
  readonly #users: WatchInterest[] = [];
  #reading: LiveReading | undefined;
  #known: KnownSession = { state: 'deleted' };
  #isDeleted = false;
  #isDisposed = false;
  /** What there is to look at, after what was heard since the last look. */
  #news: News = 'anew';
  #timer: NodeJS.Timeout | undefined;
  readonly #look = coalesce(() => this.#read());

  constructor(database: Database, hub: NoticeHub, key: string) {
    this.#database = database;
    this.#key = key;
    this.#subscription = hub.subscribe(key, (happening) => this.#hear(happening));
  }

  get known(): KnownSession {
    return this.#known;
  }

  /** Whether it is known to be gone for good, so that the watch hears nothing of another session of that key. */
  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  get userCount(): number {
    return this.#users.length;
  }

  /** Resolves after a look at everything that began after the call; throws when the database is away. */
  refresh(): Promise<void> {
    this.#note('changes');
    return this.#look();
  }

  /** One more user; `onLeave` hears when it is disposed of. */
  enter(interest: WatchInterest, onLeave: () => void): SessionWatch {
    this.#users.push(interest);
    const current = (): KnownSession => this.#known;
    let isOpen = true;
    return {
      get known() {
        return current();
      },
      onChange: (listener) => this.#listen(listener),
      [Symbol.dispose]: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#users.splice(this.#users.indexOf(interest), 1);
        onLeave();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#subscription[Symbol.dispose]();
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #listen(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #hear(happening: Happening): void {
    switch (happening) {
      case 'deleted':
        this.#isDeleted = true;
        return this.#become({ state: 'deleted' });
      case 'live':
        this.#note('tokens');
        return this.#users.includes('tokens') ? this.#lookSoon() : this.#lookLater(turnsDelayMs);
      case 'changed':
      case 'ended':
        this.#note('changes');
        return this.#lookSoon();
      case 'reconnected':
        this.#note('anew');
        return this.#lookSoon();
      default:
        return happening satisfies never;
    }
  }

  #note(news: News): void {
    if (newsKinds.indexOf(news) > newsKinds.indexOf(this.#news)) this.#news = news;
  }

  /** Viewers stay while the database is away; what they missed comes with the look that succeeds. */
  #lookSoon(): void {
    this.#look().catch(() => {
      if (!this.#isDisposed) this.#lookLater(retryDelayMs);
    });
  }

  #lookLater(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#lookSoon();
    }, delayMs).unref();
  }

  async #read(): Promise<void> {
    const news = this.#news;
    this.#news = 'none';
    try {
      this.#reading = await this.#readNews(news);
    } catch (error) {
      this.#note(news);
      throw error;
    }
    if (!this.#isDeleted) this.#show(this.#reading);
  }

  #readNews(news: News): Promise<LiveReading | undefined> {
    const before = this.#reading;
    if (before === undefined || news === 'anew') return readLiveSession(this.#database, this.#key);
    switch (news) {
      case 'none':
        return Promise.resolve(before);
      case 'tokens':
        return readTokens(this.#database, this.#key, before);
      case 'changes':
        return readChanges(this.#database, this.#key, before);
      default:
        return news satisfies never;
    }
  }

  #show(reading: LiveReading | undefined): void {
    const known = this.#known;
    if (reading === undefined) return this.#become({ state: 'deleted' });
    if (known.state === 'present' && known.view === reading.view && known.live === reading.live) return;
    this.#become({ state: 'present', view: reading.view, live: reading.live });
  }

  #become(known: KnownSession): void {
    this.#known = known;
    for (const listener of this.#listeners) listener();
  }
}
