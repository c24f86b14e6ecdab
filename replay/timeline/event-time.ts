import type { History } from '@temporalio/common/lib/proto-utils.js';

/** One event of a run's history. */
export type HistoryEvent = NonNullable<History['events']>[number];

/** When an event happened, in milliseconds; 0 when it does not say. 64-bit numbers come in other forms from JSON than from the server. */
export function eventTime(event: HistoryEvent | undefined): number {
  const { seconds, nanos } = event?.eventTime ?? {};
  return Number(String(seconds ?? 0)) * 1_000 + Math.floor((nanos ?? 0) / 1_000_000);
}
