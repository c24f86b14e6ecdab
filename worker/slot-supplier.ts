import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type {
  ActivityInterceptorsFactory,
  ActivitySlotInfo,
  CustomSlotSupplier,
  WorkerTuner,
} from '@temporalio/worker';
import { readRecord } from '../activities/call-record.ts';
import type { SlotPool } from './slot-pool.ts';

/** Before a call that came without a slot is asked for again, by whoever has one; milliseconds. */
const elsewhereMs = 200;

/** Makes a worker ask for a call only when it has a slot of the pool. */
export const createSlotTuner = (pool: SlotPool): WorkerTuner => ({
  activityTaskSlotSupplier: createSlotSupplier(pool),
  workflowTaskSlotSupplier: one,
  localActivityTaskSlotSupplier: one,
  nexusTaskSlotSupplier: one,
});

/** The other kinds of tasks do not come to such a worker. */
const one = { type: 'fixed-size', numSlots: 1 } as const;

const createSlotSupplier = (pool: SlotPool): CustomSlotSupplier<ActivitySlotInfo> => ({
  type: 'custom',
  reserveSlot: async (_context, signal) => {
    await pool.reserve(signal);
    return {};
  },
  // For tasks that come without being asked for; there are none on a queue without workflows.
  tryReserveSlot: () => null,
  markSlotUsed: () => undefined,
  releaseSlot: () => pool.release(),
});

/**
 * The last look before a call begins. A poller that had asked before the number of slots was lowered, or a slot lost,
 * may still be given a call: it goes back to the queue.
 */
export const createSlotGate =
  (pool: SlotPool): ActivityInterceptorsFactory =>
  () => ({
    inbound: {
      execute: async (input, next) => {
        if (!pool.tryBegin()) throw goElsewhere();
        try {
          return await next(input);
        } finally {
          pool.end();
        }
      },
    },
  });

/** Notes in the call's record that the attempt only waited. */
function goElsewhere(): ApplicationFailure {
  const activity = Context.current();
  const record = readRecord(activity.info.heartbeatDetails);
  activity.heartbeat({ ...record, waited: record.waited + 1 });
  const message = 'There is no slot for this call here any more.';
  return ApplicationFailure.create({ type: 'NoSlot', message, nextRetryDelay: elsewhereMs });
}
