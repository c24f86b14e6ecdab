import { Context } from '@temporalio/activity';
import type { InferResult } from '../workflows/protocol.ts';
import { passingFailure, type CallRecord } from './call-record.ts';

/** The tokens that calls to a provider may use, shared by all workers. */
export interface TokenSupply {
  /**
   * Asks for as many as a call will need, given away so far ahead. When they are granted they are reserved, to be used after the wait; else the call
   * asks again after the wait.
   */
  take(
    tokens: number,
    aheadSeconds: number,
  ): Promise<{ readonly isGranted: boolean; readonly waitMs: number }>;
  /** Says that a call used more than it took, or less when `extra` is negative. Returns at once. */
  correct(extra: number): void;
}

/**
 * Takes what a call will need, or ends the attempt until there is enough, so that the wait holds no slot. What an earlier
 * attempt waited for is in the record.
 */
export async function reserveTokens(
  supply: TokenSupply,
  needed: number,
  record: CallRecord,
): Promise<number> {
  if (record.reservedTokens > 0) return record.reservedTokens;
  const { isGranted, waitMs } = await supply.take(
    needed,
    aheadOf(Context.current().info.priority?.priorityKey),
  );
  if (isGranted && waitMs === 0) return needed;
  const reservedTokens = isGranted ? needed : 0;
  Context.current().heartbeat({ ...record, waited: record.waited + 1, reservedTokens });
  throw passingFailure('TokenLimit', 'The call waits for tokens of this minute.', waitMs);
}

/**
 * People are served in the order in which they asked, whatever their calls cost; who comes later and nobody waits for
 * takes what is left.
 */
const aheadOf = (priority = 1): number => aheadSeconds[priority - 1] ?? 1;
const aheadSeconds = [30, 10, 2];

/** Makes a call with the tokens that it took, and puts right what it used in the end. */
export async function spendTokens(
  supply: TokenSupply,
  reserved: number,
  call: () => Promise<InferResult>,
): Promise<InferResult> {
  let used = 0;
  try {
    const result = await call();
    used = result.usage.inputTokens + result.usage.outputTokens;
    return result;
  } finally {
    supply.correct(used - reserved);
  }
}
