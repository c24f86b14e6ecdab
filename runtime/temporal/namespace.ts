import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { AtriumError } from '../../domain/atrium-error.ts';
import { oldestServer } from '../binaries/find-temporal.ts';
import { isAtLeast } from '../binaries/version.ts';

/** How long closed runs are kept for replay; the server's own default is a day. */
const retentionSeconds = 90 * 24 * 60 * 60;

/** The server's version. Throws AtriumError `temporal-too-old` for one that lacks what sessions need. */
export async function requireRecentServer(connection: Connection, address: string): Promise<string> {
  const { serverVersion } = await connection.workflowService.getClusterInfo({});
  const version = serverVersion ?? '0';
  if (isAtLeast(version, oldestServer)) return version;
  throw new AtriumError(
    'invalid',
    'temporal-too-old',
    `Cannot use the Temporal server at ${address}: it is ${version}, and Atrium needs ${oldestServer} or newer ` +
      'for priorities, fairness and limits. Upgrade it, one minor version at a time, or unset TEMPORAL_ADDRESS and Atrium runs its own.',
  );
}

/** Makes the embedded server keep what has ended for 90 days. */
export async function extendRetention(connection: Connection, namespace: string): Promise<void> {
  const found = await connection.workflowService.describeNamespace({ namespace });
  const seconds = found.config?.workflowExecutionRetentionTtl?.seconds?.toNumber();
  if (seconds === retentionSeconds) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: msToTs(retentionSeconds * 1000) },
  });
}
