import type { Message } from './message.ts';
import { changeRows } from './rows.ts';
import type { InboxEntry, SessionState } from './session-state.ts';

/** The turn that a message accepted now would get. */
export function nextTurn(state: SessionState): number {
  return state.facts.turnCount + 1 + groups(state.inbox).length;
}

/** Gives the waiting rows the numbers of the turns they would get now; a turn's number is fixed when it starts. */
export function numberWaiting(state: SessionState): SessionState {
  const turnOf = new Map<string, number>();
  for (const [index, group] of groups(state.inbox).entries())
    for (const entry of group) turnOf.set(entry.id, state.facts.turnCount + 1 + index);
  return changeRows(state, (row) => {
    const turn = row.role === 'user' ? turnOf.get(row.id) : undefined;
    if (turn === undefined || (row.turn === turn && row.chapter === state.facts.chapter)) return row;
    return { ...row, turn, chapter: state.facts.chapter };
  });
}

/** The waiting messages of the next turn: the first that is not held, and those behind it that join its turn. */
export function nextGroup(state: SessionState): readonly InboxEntry[] {
  return groups(state.inbox).find((group) => group.every((entry) => !entry.isHeld)) ?? [];
}

/** Lets waiting messages begin in a turn: they leave the inbox. What still waits is numbered by `numberWaiting`. */
export function takeWaiting(
  state: SessionState,
  ids: ReadonlySet<string>,
  { turn, chapter }: Pick<Message, 'turn' | 'chapter'>,
): SessionState {
  const begun = changeRows(state, (row) =>
    ids.has(row.id) && row.role === 'user' ? { ...row, turn, chapter, status: 'running' } : row,
  );
  return { ...begun, inbox: state.inbox.filter((entry) => !ids.has(entry.id)) };
}

/** The inbox by turn. Held and other messages never share one. */
function groups(inbox: readonly InboxEntry[]): readonly (readonly InboxEntry[])[] {
  const found: InboxEntry[][] = [];
  for (const entry of inbox) {
    const last = found.at(-1);
    if (entry.isCollected && last !== undefined && last[0]?.isHeld === entry.isHeld) last.push(entry);
    else found.push([entry]);
  }
  return found;
}
