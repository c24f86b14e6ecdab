import { changeRows, showNow } from './rows.ts';
import type { SessionState } from './session-state.ts';
import { numberWaiting } from './waiting.ts';

/**
 * Lets the messages that steer join the running turn, before its next model call: they share its one outcome (I2). Held ones
 * wait for the session's return.
 */
export function joinSteered(state: SessionState): SessionState {
  const { running } = state;
  if (running === null) return state;
  const joining = state.inbox.filter((entry) => entry.isSteered === true && !entry.isHeld);
  if (joining.length === 0) return state;
  const ids = new Set(joining.map(({ id }) => id));
  const { turn, chapter } = running;
  const joined = changeRows(state, (row) =>
    ids.has(row.id) && row.role === 'user' ? { ...row, turn, chapter, status: 'running' } : row,
  );
  return showNow(
    numberWaiting({
      ...joined,
      inbox: state.inbox.filter(({ id }) => !ids.has(id)),
      running: { ...running, messageIds: [...running.messageIds, ...ids] },
    }),
  );
}
