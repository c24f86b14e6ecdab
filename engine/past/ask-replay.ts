import { AtriumError } from '../../domain/atrium-error.ts';
import type { ReplayAnswer } from '../../replay/replays.ts';
import type { Engine } from '../engine.ts';

/** Replays a session; a replay process that is lost over it is that session's failure and no other's. */
export async function askReplay(engine: Engine, key: string, atRevision?: number): Promise<ReplayAnswer> {
  try {
    return await engine.replayer.replay(key, atRevision);
  } catch (error) {
    if (error instanceof AtriumError && error.code === 'replay-unavailable')
      return { kind: 'failed', reason: error.message };
    throw error;
  }
}
