import { SlotPool } from '../../worker/slot-pool.ts';

/** Slots of one process, for tests that are not about them. */
export function createLocalSlots(count: number): SlotPool {
  const pool: SlotPool = new SlotPool({
    take: (wanted, limit) => {
      const free = Array.from({ length: limit }, (_, index) => index + 1).filter(
        (slot) => !pool.held.includes(slot),
      );
      return Promise.resolve(free.slice(0, wanted));
    },
    give: () => undefined,
  });
  pool.setLimit(count);
  return pool;
}
