import { randomUUID } from 'node:crypto';
import { changesSince } from '../../domain/changes.ts';
import type { LiveEvent } from '../../domain/live-event.ts';
import type { SessionState } from '../../domain/session-state.ts';
import { createState } from '../../domain/create-state.ts';
import { finishTurn, startTurn, type StartedCall } from '../../domain/turns.ts';
import { changeFacts } from '../../domain/rows.ts';
import type { Database } from '../../store/database.ts';
import { addLiveEvents } from '../../store/live-events.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { answered, buildCreate, post } from './session-driver.ts';

/** A session that lives by the domain's rules and in the database alone: it does what the test tells it to. */
export class ToldSession {
  readonly key: string;
  readonly #database: Database;
  readonly #moment = {
    get now() {
      return Date.now();
    },
    newId: () => randomUUID(),
  };
  #state: SessionState;
  #savedRevision = 0;
  #running: StartedCall | undefined;
  #attempt = 1;
  #written = '';

  constructor(database: Database, key: string) {
    this.#database = database;
    this.key = key;
    this.#state = createState(key, buildCreate({ at: Date.now() }));
  }

  get turn(): number {
    return this.#state.facts.turnCount;
  }

  /** Brings the database up to date. */
  async save(): Promise<void> {
    await saveChanges(this.#database, changesSince(this.#state, this.#savedRevision));
    this.#savedRevision = this.#state.revision;
  }

  async rename(title: string): Promise<void> {
    this.#state = changeFacts(this.#state, this.#moment.now, { title });
    await this.save();
  }

  /** A message is accepted and its turn begins. */
  async begin(id: string): Promise<void> {
    this.#state = post(this.#state, this.#moment, id, { at: Date.now() });
    this.#running = startTurn(this.#state, this.#moment);
    this.#state = this.#running!.state;
    this.#attempt = 1;
    this.#written = '';
    await this.save();
    await this.tell({ kind: 'turn.started', attempt: 1, messageIds: [id], model: 'test:model' });
  }

  async write(text: string): Promise<void> {
    const start = this.#written.length;
    this.#written += text;
    await this.tell({ kind: 'token', attempt: this.#attempt, start, text });
  }

  /** The attempt is lost and another one begins. */
  async retry(): Promise<void> {
    this.#attempt += 1;
    this.#written = '';
    await this.tell({ kind: 'turn.reset', attempt: this.#attempt, reason: 'worker-lost' });
  }

  /** The turn gets its outcome: what was written, and what nobody saw of it. */
  async finish(unseen = ''): Promise<string> {
    const text = this.#written + unseen;
    const { call } = this.#running!;
    this.#state = finishTurn(this.#state, call, answered({ text }), this.#moment);
    await this.save();
    return text;
  }

  /** A whole turn of which nobody sees the writing. */
  async answer(id: string, text: string): Promise<void> {
    await this.begin(id);
    await this.finish(text);
  }

  async tell(
    event: DistributiveOmit<Exclude<LiveEvent, { kind: 'turn.finished' }>, 'session' | 'turn' | 'at'>,
  ) {
    await addLiveEvents(this.#database, [
      { ...event, session: this.key, turn: this.turn, at: this.#moment.now },
    ]);
  }
}

type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;
