import { proxyActivities } from '@temporalio/workflow';
import type { ErasureActivities, ErasureInput } from './protocol.ts';

const { closeSession, eraseRows, eraseHistories, confirmErased } = proxyActivities<ErasureActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1m' },
});

/**
 * Removes a session everywhere, each store tried until it confirmed, and leaves a receipt without content. Registered as
 * `erasure`; its own history holds no more than the session's key.
 */
export async function erasure(input: ErasureInput): Promise<void> {
  await closeSession(input);
  await eraseRows(input);
  await eraseHistories(input);
  await confirmErased(input);
}
