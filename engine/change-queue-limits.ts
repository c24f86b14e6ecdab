import { AtriumError } from '../domain/atrium-error.ts';
import type { QueueLimits } from '../domain/queue-limits.ts';
import { changeLimits, listLimits } from '../store/queue-limits.ts';
import { defaultProvider } from '../workflows/protocol.ts';
import { applyRateLimits } from './apply-rate-limits.ts';
import { requireOwner, type Caller } from './caller.ts';
import type { Engine } from './engine.ts';
import { temporalError } from './temporal-error.ts';

export interface LimitsChange {
  /** Whose limits; the default provider's when absent. */
  readonly provider?: string | undefined;
  /** What is to change. Null removes a limit. */
  readonly limits: Partial<QueueLimits>;
}

/**
 * Changes the limits of a provider for all workers at once and returns what holds. Calls that run are left alone. Throws
 * AtriumError `forbidden`, not-found `unknown-provider`, `temporal-unavailable` or `database-unavailable`.
 */
export async function changeQueueLimits(
  engine: Engine,
  caller: Caller,
  { provider = defaultProvider, limits }: LimitsChange,
): Promise<QueueLimits> {
  requireOwner(caller, 'change the limits of the queue');
  const known = await listLimits(engine.database);
  if (provider !== defaultProvider && !known.has(provider))
    throw new AtriumError('not-found', 'unknown-provider', `There is no provider ${provider}.`);
  const { temporal: client, namespace } = engine;
  // Temporal first: when it is away nothing has changed, and what it has is put right when a worker starts.
  await applyRateLimits({ client, namespace, provider }, limits).catch((error: unknown) => {
    throw temporalError(error, '');
  });
  return changeLimits(engine.database, provider, limits);
}
