import { AtriumError } from '../../domain/atrium-error.ts';
import { forkOrigin } from '../../domain/fork.ts';
import { forkTitle } from '../../domain/title.ts';
import type { SessionView } from '../../store/find-session.ts';
import { loadStoredSession } from '../../store/stored-session.ts';
import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSessionTo } from './open-session.ts';
import { newSessionKey } from '../random-ids.ts';
import { startSession } from './start-session.ts';
import { syncSession } from './sync-session.ts';

/** A session that continues another, and the turn after which they part. */
export interface Fork {
  readonly session: SessionView;
  readonly origin: { readonly key: string; readonly turn: number };
}

/**
 * Makes a new session out of another's chapter up to and including a turn, the newest finished one when none is named. The
 * other is left as it is. Throws `unknown-turn`, and `turn-unfinished` for a turn without its outcome.
 */
export async function forkSession(engine: Engine, caller: Caller, key: string, turn?: number): Promise<Fork> {
  await openSessionTo('fork', engine, caller, key);
  await syncSession(engine, key);
  const stored = await loadStoredSession(engine.database, key);
  if (stored === undefined)
    throw new AtriumError('not-found', 'unknown-session', `There is no session ${key}.`);
  const fork = forkOrigin(key, stored.messages, turn);
  if (fork === 'unknown-turn')
    throw new AtriumError('not-found', fork, `Cannot fork session ${key}: it has no turn ${turn}.`);
  if (fork === 'turn-unfinished')
    throw new AtriumError('conflict', fork, `Cannot fork session ${key}: turn ${turn} has no outcome yet.`);
  const { title, tags, scope, kind, model, instructions, busy, tools } = stored.facts;
  const session = await startSession(engine, newSessionKey(), {
    title: forkTitle(title === '' ? key : title, engine.language),
    tags,
    scope,
    kind,
    fork,
    ...(model === null ? {} : { model }),
    ...(instructions === null ? {} : { instructions }),
    ...(busy === null ? {} : { busy }),
    ...(tools === null ? {} : { tools }),
  });
  return { session, origin: { key, turn: fork.turn } };
}
