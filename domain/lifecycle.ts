import type { ConfigureSignal } from './commands.ts';
import { phrase } from './phrases/phrase.ts';
import { addRow, changeFacts, changeRows, noticeRow, showNow } from './rows.ts';
import type { InboxEntry, Moment, SessionState } from './session-state.ts';
import { numberWaiting } from './waiting.ts';

/** Archiving never deletes (I7); turns accepted before are still answered. Archiving again changes nothing. */
export function archiveSession(state: SessionState, moment: Moment, reason: string | null): SessionState {
  if (state.facts.archivedAt !== null) return state;
  return showNow(changeFacts(state, moment.now, { archivedAt: moment.now, archivedReason: reason }));
}

/** Back from the archive as it was, pinned if it was; what was held meanwhile gets its turns. */
export function restoreSession(state: SessionState, moment: Moment): SessionState {
  if (state.facts.archivedAt === null) return state;
  const open = changeFacts(state, moment.now, { archivedAt: null, archivedReason: null });
  const held = new Set(open.inbox.filter((entry) => entry.isHeld).map((entry) => entry.id));
  const released = changeRows(open, (row) =>
    held.has(row.id) && row.status === 'held' ? { ...row, status: 'waiting' } : row,
  );
  const inbox = released.inbox.map((entry) => ({ ...entry, isHeld: false }));
  return showNow(numberWaiting({ ...released, inbox, lastActiveAt: moment.now }));
}

/** Exempts the session from every automatic clean-up (I7), or ends that. */
export function pinSession(state: SessionState, moment: Moment, isPinned: boolean): SessionState {
  if ((state.facts.pinnedAt !== null) === isPinned) return state;
  return showNow({
    ...changeFacts(state, moment.now, { pinnedAt: isPinned ? moment.now : null }),
    lastActiveAt: moment.now,
  });
}

/** A title that a person gave; titles from messages and models never replace it. */
export function renameSession(state: SessionState, moment: Moment, title: string): SessionState {
  if (state.facts.titleSource === 'person' && state.facts.title === title) return state;
  return showNow({
    ...changeFacts(state, moment.now, { title, titleSource: 'person' }),
    wanted: state.wanted.filter((call) => call !== 'title'),
  });
}

/** Changes what is present in `change`; a label is a title that a person set. */
export function configureSession(state: SessionState, moment: Moment, change: ConfigureSignal): SessionState {
  const { label, account, ...facts } = change;
  const named = label === undefined ? state : renameSession(state, moment, label);
  const moved = account === undefined ? named : { ...named, account };
  return showNow(changeFacts(moved, moment.now, label === undefined ? facts : { ...facts, label }));
}

/** Begins a new chapter: later calls are shown nothing of the earlier ones. What waits is answered in the new chapter. */
export function resetSession(state: SessionState, moment: Moment): SessionState {
  const opened = changeFacts(state, moment.now, { chapter: state.facts.chapter + 1 });
  const greeting = state.settings.resetPrompt === null ? [] : (['greeting'] as const);
  const wanted = state.wanted.filter((call) => call === 'title');
  return showNow(
    numberWaiting({ ...opened, summary: null, wanted: [...greeting, ...wanted], lastActiveAt: moment.now }),
  );
}

/** Takes back a message that still waits or is held; one whose turn has begun stays. */
export function withdrawMessage(state: SessionState, moment: Moment, id: string): SessionState {
  const entry = state.inbox.find((candidate) => candidate.id === id);
  return entry === undefined ? state : showNow(withdrawEntry(state, moment, entry));
}

/** Asks the running turn to stop, or that turn when one is named. */
export function interruptTurn(state: SessionState, turn: number | undefined): SessionState {
  if (state.running === null || (turn !== undefined && state.running.turn !== turn)) return state;
  return { ...state, running: { ...state.running, isInterrupted: true } };
}

/** The beginning of a deletion: the running turn is interrupted, what waits is withdrawn, nothing new starts. */
export function closeSession(state: SessionState, moment: Moment): SessionState {
  const stopped = interruptTurn({ ...state, isClosing: true, wanted: [] }, undefined);
  return showNow(stopped.inbox.reduce((next, entry) => withdrawEntry(next, moment, entry), stopped));
}

/** The end of an ephemeral session: its task has its outcome. */
export function endSession(state: SessionState, moment: Moment): SessionState {
  if (state.facts.endedAt !== null) return state;
  return showNow(changeFacts(state, moment.now, { endedAt: moment.now }));
}

/** A withdrawn message is a turn of its own, numbered now, whose outcome is the withdrawal (I2). */
function withdrawEntry(state: SessionState, moment: Moment, entry: InboxEntry): SessionState {
  const turn = state.facts.turnCount + 1;
  const place = { turn, chapter: state.facts.chapter, replyTo: entry.id };
  const counted = changeFacts(
    { ...state, inbox: state.inbox.filter((other) => other.id !== entry.id) },
    moment.now,
    { turnCount: turn },
  );
  const done = changeRows(counted, (row) =>
    row.id === entry.id ? { ...row, turn, chapter: place.chapter, status: 'done' } : row,
  );
  const text = phrase('withdrawn', entry.language, {});
  return numberWaiting(addRow(done, noticeRow(moment, place, { status: 'withdrawn', text })));
}
