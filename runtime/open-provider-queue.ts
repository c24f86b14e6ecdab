import type { Client } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { TokenSupply } from '../activities/token-supply.ts';
import { errorText } from '../config/error-code.ts';
import type { QueueLimits } from '../domain/queue-limits.ts';
import { applyRateLimits } from '../engine/apply-rate-limits.ts';
import type { Database } from '../store/database.ts';
import { applyConfiguredLimits } from '../store/queue-limits.ts';
import { SlotLocks } from '../store/slot-locks.ts';
import { correctTokens, takeTokens } from '../store/token-bucket.ts';
import { SlotPool } from '../worker/slot-pool.ts';

export interface ProviderQueueOptions {
  readonly database: Database;
  readonly client: Client;
  readonly namespace: string;
  readonly provider: string;
  /** What the configuration says. */
  readonly limits: QueueLimits;
}

/** A provider's limits as one worker process keeps them; all processes together keep them as one. */
export interface ProviderQueue extends AsyncDisposable {
  readonly slots: SlotPool;
  readonly tokens: TokenSupply;
}

/** Puts the limits into force that are configured, or were set since, and follows every change of them. */
export async function openProviderQueue(options: ProviderQueueOptions): Promise<ProviderQueue> {
  const { database, provider } = options;
  let limits = await applyConfiguredLimits(database, provider, options.limits);
  // Temporal keeps them in its own database, which may be another one since.
  await applyRateLimits(options, limits).catch((error: unknown) => {
    Runtime.instance().logger.warn(`Temporal does not keep the limits of ${provider}: ${errorText(error)}`);
  });
  const slots: SlotPool = new SlotPool({
    take: (wanted, limit) => locks.take(wanted, limit),
    give: (slot) => locks.give(slot),
  });
  slots.setLimit(limits.slots);
  const locks = await SlotLocks.open(database, provider, {
    onLimits: (changed) => {
      limits = changed;
      slots.setLimit(changed.slots);
    },
    held: () => slots.held,
    onTakenBack: (taken) => slots.keepOnly(taken),
  });
  const close = async (): Promise<void> => {
    slots.close();
    await locks[Symbol.asyncDispose]();
  };
  const tokens = openTokenSupply(database, provider, () => limits.tokensPerMinute);
  return { slots, tokens, [Symbol.asyncDispose]: close };
}

/** A database that is away holds up no call: then the provider's own limit has to do. */
function openTokenSupply(database: Database, provider: string, limit: () => number | null): TokenSupply {
  return {
    take: async (tokens, aheadSeconds) => {
      const perMinute = limit();
      if (perMinute === null) return { isGranted: true, waitMs: 0 };
      return takeTokens(database, provider, { tokens, perMinute, aheadSeconds }).catch(() => ({
        isGranted: true,
        waitMs: 0,
      }));
    },
    correct: (extra) => {
      if (limit() !== null) void correctTokens(database, provider, extra).catch(() => undefined);
    },
  };
}
