import { messageOutcome, type Message, type TurnOutcome } from './message.ts';
import type { Moment, SessionState } from './session-state.ts';

/** A row before the state gives it its position and revision. */
export type NewRow = Omit<Message, 'position' | 'revision'>;

/** The state with one more row and the next revision. */
export function addRow(state: SessionState, row: NewRow): SessionState {
  const position = state.position + 1;
  const revision = state.revision + 1;
  return { ...state, position, revision, messages: [...state.messages, { ...row, position, revision }] };
}

/** The state with some rows changed; rows that `change` returns as they are keep their revision. */
export function changeRows(state: SessionState, change: (row: Message) => Message): SessionState {
  const revision = state.revision + 1;
  let isChanged = false;
  const messages = state.messages.map((row) => {
    const next = change(row);
    if (next === row) return row;
    isChanged = true;
    return { ...next, revision };
  });
  return isChanged ? { ...state, revision, messages } : state;
}

/** The state with changed facts; `urgent` asks for a projection before the running turn ends. */
export function changeFacts(
  state: SessionState,
  now: number,
  facts: Partial<SessionState['facts']>,
): SessionState {
  const revision = state.revision + 1;
  // The first time comes from another machine, whose clock may be ahead; what changes later must not look older.
  const updatedAt = Math.max(now, state.facts.updatedAt);
  return { ...state, revision, facts: { ...state.facts, ...facts, updatedAt } };
}

/** Marks everything up to the present revision as worth showing at once. */
export function showNow(state: SessionState): SessionState {
  return state.urgentRevision === state.revision ? state : { ...state, urgentRevision: state.revision };
}

/** A notice of a turn, without problem: the text says it all. */
export function noticeRow(
  moment: Moment,
  place: { readonly turn: number; readonly chapter: number; readonly replyTo?: string },
  notice: Pick<Message, 'status' | 'text'> & { readonly problem?: Message['problem'] },
): NewRow {
  return {
    id: moment.newId(),
    turn: place.turn,
    chapter: place.chapter,
    role: 'notice',
    text: notice.text,
    at: moment.now,
    status: notice.status,
    ...(place.replyTo === undefined ? {} : { replyTo: place.replyTo }),
    ...(notice.problem === undefined ? {} : { problem: notice.problem }),
  };
}

/** One outcome row, and the messages that it is the outcome of (I2). */
export interface RowOutcome {
  readonly row: Message;
  readonly outcome: TurnOutcome;
  readonly messageIds: readonly string[];
}

/** The outcomes among a session's rows. */
export function outcomesOf(rows: readonly Message[]): readonly RowOutcome[] {
  return rows.flatMap((row) => {
    const outcome = messageOutcome(row);
    if (outcome === undefined) return [];
    const messageIds = rows
      .filter((other) => other.role === 'user' && other.turn === row.turn && other.chapter === row.chapter)
      .map((other) => other.id);
    return [{ row, outcome, messageIds }];
  });
}
