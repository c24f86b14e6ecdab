import type { QueueLimits } from '../domain/queue-limits.ts';
import type { Database } from '../store/database.ts';
import { applyConfiguredLimits } from '../store/queue-limits.ts';
import { SlotLocks } from '../store/slot-locks.ts';
import { SlotPool } from '../worker/slot-pool.ts';

export interface OpenSlots extends AsyncDisposable {
  readonly pool: SlotPool;
}

/** Opens this process's part of a provider's slots, with the limits as configured or set since. */
export async function openSlots(
  database: Database,
  provider: string,
  configured: QueueLimits,
): Promise<OpenSlots> {
  const { slots } = await applyConfiguredLimits(database, provider, configured);
  const pool: SlotPool = new SlotPool({
    take: (wanted, limit) => locks.take(wanted, limit),
    give: (slot) => locks.give(slot),
  });
  pool.setLimit(slots);
  const locks = await SlotLocks.open(database, provider, {
    onLimits: (limits) => pool.setLimit(limits.slots),
    held: () => pool.held,
    onTakenBack: (taken) => pool.keepOnly(taken),
  });
  const close = async (): Promise<void> => {
    pool.close();
    await locks[Symbol.asyncDispose]();
  };
  return { pool, [Symbol.asyncDispose]: close };
}
