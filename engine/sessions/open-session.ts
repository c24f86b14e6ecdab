import { AtriumError } from '../../domain/atrium-error.ts';
import { sessionCan, type SessionVerb } from '../../domain/session-can.ts';
import { sessionKeyFault } from '../../domain/session-key.ts';
import { findSession, type SessionView } from '../../store/find-session.ts';
import { findLastReceipt, type Receipt } from '../../store/receipts.ts';
import { sessionWorkflowId } from '../../workflows/protocol.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { isLiving } from '../session-calls.ts';
import { syncSession, viewWithoutDatabase } from './sync-session.ts';
import { isDatabaseAway, unknownSession } from '../temporal-error.ts';

/** What one look at the database says of a key. */
export interface KeyLook<Known> {
  readonly session: Known | undefined;
  /** The newest of this key: of a session that is being erased, or of one that was. */
  readonly receipt: Receipt | undefined;
}

/**
 * The one door (I11): from a key to a session that this caller may see. Throws `malformed-key`, `reserved-key`,
 * `unknown-session`, `session-deleted` while it is being erased, or `session-ended` for an ephemeral one that is over. With the database away the session is asked itself.
 */
export async function openSession(engine: Engine, caller: Caller, key: string): Promise<SessionView> {
  requireKey(key);
  try {
    const { database } = engine;
    const [session, receipt] = await Promise.all([
      findSession(database, key),
      findLastReceipt(database, key),
    ]);
    return await admit(engine, caller, key, { session, receipt });
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    return await openWithoutDatabase(engine, caller, key, error);
  }
}

/** The door for whoever has looked at the database already. */
export async function admit<Known>(
  engine: Engine,
  caller: Caller,
  key: string,
  { session, receipt }: KeyLook<Known>,
): Promise<Known | SessionView> {
  if (receipt?.erasedAt === null) throw erased(receipt);
  const found = session ?? (await findBehindDatabase(engine, key));
  if (found !== undefined && maySee(caller)) return found;
  throw receipt?.reason === 'ended' ? erased(receipt) : unknownSession(key);
}

function erased({ sessionKey: key, reason }: Receipt): AtriumError {
  return reason === 'ended'
    ? new AtriumError('gone', 'session-ended', `Session ${key} has ended.`)
    : new AtriumError('gone', 'session-deleted', `Session ${key} was deleted.`);
}

/** Opens a session and makes sure that the verb is allowed now; throws its refusal as `sessionCan` says it. */
export async function openSessionTo(
  verb: SessionVerb,
  engine: Engine,
  caller: Caller,
  key: string,
): Promise<SessionView> {
  const view = await openSession(engine, caller, key);
  requireCan(engine, verb, view);
  return view;
}

/** Throws when the verb is not allowed now. */
export function requireCan(engine: Engine, verb: SessionVerb, view: Pick<SessionView, 'facts'>): void {
  const refusal = sessionCan(verb, view.facts, engine.session.mainKey);
  if (refusal === undefined) return;
  const sentence = `Cannot ${verb} session ${view.facts.key}: ${refusal.reason}.`;
  throw new AtriumError(refusal.kind, refusal.code, sentence);
}

/** Throws when a text cannot be a session's key. */
export function requireKey(key: string): void {
  const fault = sessionKeyFault(key);
  if (fault === 'malformed-key')
    throw new AtriumError(
      'invalid',
      fault,
      'This is no session key: 1 to 128 letters, digits, ".", "_", ":" and "-", beginning with a letter or digit.',
    );
  if (fault === 'reserved-key') throw new AtriumError('invalid', fault, `The key ${key} is reserved.`);
}

const maySee = (caller: Caller): boolean => caller.kind === 'owner';

/** A session that was made while the database was away is not in it yet. */
async function findBehindDatabase(engine: Engine, key: string): Promise<SessionView | undefined> {
  if (!(await isLiving(engine, sessionWorkflowId(key)))) return undefined;
  return syncSession(engine, key);
}

async function openWithoutDatabase(
  engine: Engine,
  caller: Caller,
  key: string,
  reason: unknown,
): Promise<SessionView> {
  if (!(await isLiving(engine, sessionWorkflowId(key))) || !maySee(caller)) throw unknownSession(key);
  const view = await viewWithoutDatabase(engine, key);
  if (view === undefined) throw reason;
  return view;
}
