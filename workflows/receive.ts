import { acceptMessage } from '../domain/accept-message.ts';
import {
  archiveSession,
  closeSession,
  configureSession,
  interruptTurn,
  pinSession,
  renameSession,
  resetSession,
  restoreSession,
  withdrawMessage,
} from '../domain/lifecycle.ts';
import type { Moment, SessionState } from '../domain/session-state.ts';
import { answerApproval } from '../domain/tools/finish-tool.ts';
import type { SessionSignalName, SessionSignals } from './protocol.ts';

type Transition<Name extends SessionSignalName> = (
  state: SessionState,
  payload: SessionSignals[Name],
  moment: Moment,
) => SessionState;

const transitions: { readonly [Name in SessionSignalName]: Transition<Name> } = {
  post: (state, post, moment) => acceptMessage(state, post, moment),
  archive: (state, { reason }, moment) => archiveSession(state, moment, reason ?? null),
  restore: (state, _, moment) => restoreSession(state, moment),
  pin: (state, _, moment) => pinSession(state, moment, true),
  unpin: (state, _, moment) => pinSession(state, moment, false),
  rename: (state, { title }, moment) => renameSession(state, moment, title),
  configure: (state, change, moment) => configureSession(state, moment, change),
  interrupt: (state, { turn }) => interruptTurn(state, turn),
  withdraw: (state, { id }, moment) => withdrawMessage(state, moment, id),
  reset: (state, _, moment) => resetSession(state, moment),
  approve: (state, answer) => answerApproval(state, answer),
  close: (state, _, moment) => closeSession(state, moment),
};

/**
 * The state after a signal. A name that this release does not know, or a payload that is no object, changes nothing: a
 * handler that throws would stop the session for good.
 */
export function applySignal(
  state: SessionState,
  name: string,
  payload: unknown,
  moment: Moment,
): SessionState {
  if (!isSignalName(name) || typeof payload !== 'object' || payload === null) return state;
  const transition = transitions[name] as Transition<SessionSignalName>;
  return transition(state, payload, moment);
}

const isSignalName = (name: string): name is SessionSignalName => Object.hasOwn(transitions, name);
