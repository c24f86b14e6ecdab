import type { MessageAnswer, MessagePage } from '../client/answers.ts';
import { sessionPath, type Client } from '../client/client.ts';
import { CommandError } from '../command-error.ts';
import { formatMessage } from '../output/format-message.ts';
import type { Output } from '../output/output.ts';
import type { ChatScreen } from './chat-screen.ts';

export interface TranscriptParts {
  readonly client: Client;
  readonly key: string;
  readonly screen: ChatScreen;
  readonly colours: Output['colours'];
  readonly signal: AbortSignal;
}

const firstRows = 10;
const recentRows = 50;
/** Waits and runs: the row comes again, with its outcome, by the stream. */
const openStatuses: ReadonlySet<string> = new Set(['held', 'waiting', 'running']);

const isOutcome = ({ role, status }: MessageAnswer): boolean =>
  role === 'assistant' || (role === 'notice' && status !== 'info');

/** The rows of a session's transcript that are on the screen, so that none is shown twice. */
export class Transcript {
  readonly #parts: TranscriptParts;
  readonly #shown = new Set<string>();
  readonly #answered = new Set<number>();
  #readUpTo: string | undefined;

  constructor(parts: TranscriptParts) {
    this.#parts = parts;
  }

  isShown = (id: string): boolean => this.#shown.has(id);

  /** False when it was already. */
  markShown(id: string): boolean {
    const isNew = !this.#shown.has(id);
    this.#shown.add(id);
    return isNew;
  }

  /** Whether the turn's outcome is on the screen. Turn 0, the greeting, comes again in each chapter and never counts. */
  isAnswered = (turn: number): boolean => turn > 0 && this.#answered.has(turn);

  markAnswered(turn: number): void {
    this.#answered.add(turn);
  }

  show(row: MessageAnswer): void {
    if (!this.markShown(row.id)) return;
    this.#parts.screen.line(formatMessage(row, this.#parts.colours) + (isOutcome(row) ? '\n' : ''));
  }

  /** The last rows, as a conversation begins. What waits behind the running turn is shown when its own begins. */
  async begin(): Promise<void> {
    const rows = await this.#list(firstRows);
    for (const row of rows) if (row.status !== 'waiting') this.#showSettled(row);
    await this.#markRead(rows);
  }

  /** A row that somebody else's message made. */
  async showRow(id: string): Promise<void> {
    if (this.isShown(id)) return;
    const row = (await this.#list(recentRows)).find((candidate) => candidate.id === id);
    if (row !== undefined) this.show(row);
  }

  /** Notices that accompany a turn or bring what a job found. */
  async showNotices(): Promise<void> {
    const rows = await this.#list(firstRows);
    for (const row of rows) if (row.role === 'notice' && row.status === 'info') this.show(row);
    await this.#markRead(rows);
  }

  /** Everything that has been settled meanwhile. Returns the rows that are new on the screen. */
  async showMissed(): Promise<readonly MessageAnswer[]> {
    const rows = await this.#list(recentRows);
    const missed = rows.filter((row) => this.#isMissed(row));
    for (const row of missed) this.#showSettled(row);
    await this.#markRead(rows);
    return missed;
  }

  /** The outcome of an answered turn may be on the screen without its id: a failure comes as a sentence. */
  #isMissed = (row: MessageAnswer): boolean =>
    !this.isShown(row.id) &&
    !openStatuses.has(row.status) &&
    (row.status === 'info' || !this.isAnswered(row.turn));

  #showSettled(row: MessageAnswer): void {
    this.show(row);
    if (isOutcome(row)) this.markAnswered(row.turn);
  }

  /** What is on this screen is unread nowhere. That it could not be said is no reason to stop. */
  async #markRead(rows: readonly MessageAnswer[]): Promise<void> {
    const upTo = rows.findLast(({ role }) => role !== 'user')?.id;
    if (upTo === undefined || upTo === this.#readUpTo) return;
    this.#readUpTo = upTo;
    const { client, key, signal } = this.#parts;
    await client
      .call('POST', sessionPath(key, '/read'), { body: { upTo }, signal })
      .catch((error: unknown) => (error instanceof CommandError ? undefined : Promise.reject(error)));
  }

  /** Nothing while the server is away: the next connection asks again. */
  async #list(limit: number): Promise<readonly MessageAnswer[]> {
    const { client, key, signal } = this.#parts;
    try {
      const path = sessionPath(key, `/messages?limit=${limit}`);
      return (await client.call<MessagePage>('GET', path, { signal })).items;
    } catch (error) {
      if (error instanceof CommandError && error.isPassing) return [];
      throw error;
    }
  }
}
