import { showNow } from './rows.ts';
import type { SessionState } from './session-state.ts';
import { numberWaiting, takeWaiting } from './waiting.ts';

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
  const messageIds = [...running.messageIds, ...ids];
  return showNow(numberWaiting({ ...takeWaiting(state, ids, running), running: { ...running, messageIds } }));
}
