import { AtriumError } from '../../domain/atrium-error.ts';
import type { BusyRule } from '../../domain/commands.ts';
import type { SessionScope } from '../../domain/session-facts.ts';
import { findSession, type SessionView } from '../../store/find-session.ts';
import { findOpenReceipt } from '../../store/receipts.ts';
import { erasureWorkflowId } from '../../workflows/protocol.ts';
import { requireOwner, type Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { requireKey } from './open-session.ts';
import { newSessionKey } from '../random-ids.ts';
import { isLiving } from '../session-calls.ts';
import { sessionExists, startSession } from './start-session.ts';
import { isDatabaseAway } from '../temporal-error.ts';

/** How a new session should be; a key of our own making when none is given. */
export interface SessionRequest {
  readonly key?: string;
  readonly title?: string;
  readonly label?: string;
  readonly tags?: readonly string[];
  readonly scope?: SessionScope;
  readonly model?: string;
  readonly instructions?: string;
  readonly busy?: BusyRule;
  /** Names of the tools that it may use; null as when absent: what the configuration allows. */
  readonly tools?: readonly string[] | null;
  readonly ephemeral?: boolean;
}

/**
 * Makes a session. Throws `session-exists` for a key that is taken, `session-deleted` for one that is still being erased,
 * `malformed-key`, `reserved-key`, `temporal-unavailable`.
 */
export async function createSession(
  engine: Engine,
  caller: Caller,
  request: SessionRequest,
): Promise<SessionView> {
  requireOwner(caller, 'create sessions');
  const { key = newSessionKey(), scope = engine.session.isolation.defaultScope, tools, ...rest } = request;
  if (request.key !== undefined) await requireFree(engine, request.key);
  return startSession(engine, key, { ...rest, ...(tools ? { tools } : {}), scope, kind: 'direct' });
}

/** A session that began under a key while another is erased under it would be erased, too. */
async function requireFree(engine: Engine, key: string): Promise<void> {
  requireKey(key);
  switch (await stateOfKey(engine, key)) {
    case 'taken':
      throw sessionExists(key);
    case 'erasing':
      throw new AtriumError('gone', 'session-deleted', `Session ${key} is still being deleted.`);
    case 'free':
  }
}

async function stateOfKey(engine: Engine, key: string): Promise<'taken' | 'erasing' | 'free'> {
  const { database } = engine;
  try {
    const [session, receipt] = await Promise.all([
      findSession(database, key),
      findOpenReceipt(database, key),
    ]);
    if (receipt !== undefined) return 'erasing';
    return session === undefined ? 'free' : 'taken';
  } catch (error) {
    if (!isDatabaseAway(error)) throw error;
    // Whether the key is taken, the start of the workflow tells.
    return (await isLiving(engine, erasureWorkflowId(key))) ? 'erasing' : 'free';
  }
}
