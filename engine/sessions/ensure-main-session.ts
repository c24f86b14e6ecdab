import { AtriumError } from '../../domain/atrium-error.ts';
import { owner } from '../caller.ts';
import { createSession } from './create-session.ts';
import type { Engine } from '../engine.ts';

/** Makes the main session when it is not there; part of every start. */
export async function ensureMainSession(engine: Engine): Promise<void> {
  try {
    await createSession(engine, owner, { key: engine.session.mainKey });
  } catch (error) {
    if (!(error instanceof AtriumError && error.code === 'session-exists')) throw error;
  }
}
