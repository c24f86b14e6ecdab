import type { Caller } from '../caller.ts';
import type { Engine } from '../engine.ts';
import { openSessionTo } from '../sessions/open-session.ts';
import { askFacts, signalSession } from '../session-calls.ts';

/**
 * Asks the running turn to stop, or only that turn when one is named, and says whether there was one; its outcome follows.
 * Nothing that runs is no error: who presses "stop" may be a moment late. A session that does not answer in time is told
 * all the same.
 */
export async function interruptTurn(
  engine: Engine,
  caller: Caller,
  key: string,
  turn?: number,
): Promise<boolean> {
  await openSessionTo('interrupt', engine, caller, key);
  const now = await askFacts(engine, key);
  if (now !== undefined && !(now.running && isNewest(turn, now.facts.turnCount))) return false;
  await signalSession(engine, key, 'interrupt', turn === undefined ? {} : { turn });
  return true;
}

/** A running turn has the newest number, or 0 when it is a greeting. */
const isNewest = (turn: number | undefined, turnCount: number): boolean =>
  turn === undefined || turn === 0 || turn === turnCount;
