import type { ConfigureSignal } from '../../domain/commands.ts';
import { accountOf } from '../../domain/model-name.ts';
import type { SessionView } from '../../store/find-session.ts';
import type { Caller } from '../caller.ts';
import { changeSession, type SessionSignal } from './change-session.ts';
import type { Engine } from '../engine.ts';

/** What to change; what is absent stays. A `label` is a title that stands for the session in other places, too. */
export type SessionPatch = Omit<ConfigureSignal, 'account'> & { readonly title?: string };

/** Changes a session's title, label, tags, model, tools or instructions. A title set here is never overwritten by the server. */
export function configureSession(
  engine: Engine,
  caller: Caller,
  key: string,
  patch: SessionPatch,
): Promise<SessionView> {
  const { title, ...rest } = patch;
  const signals: SessionSignal[] = [];
  const move = rest.model === undefined ? {} : { account: accountOf(engine.models, rest.model) };
  if (Object.keys(rest).length > 0) signals.push({ name: 'configure', payload: { ...rest, ...move } });
  if (title !== undefined) signals.push({ name: 'rename', payload: { title } });
  return changeSession(engine, caller, key, { verb: 'change', signals });
}
