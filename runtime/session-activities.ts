import type { Client } from '@temporalio/client';
import { createErasureActivities } from '../activities/erase.ts';
import { createProjectionActivities } from '../activities/project.ts';
import type { Database } from '../store/database.ts';
import { eraseSession } from '../store/erase-session.ts';
import { confirmReceipt, createReceipt, findOpenReceipt } from '../store/receipts.ts';
import { confirmRevision, saveChanges } from '../store/save-changes.ts';
import type { ChangeSaver } from '../worker/change-saver.ts';
import type { ErasureActivities, ProjectionActivities } from '../workflows/protocol.ts';

export interface SessionActivitiesParts {
  readonly client: Client;
  readonly namespace: string;
  readonly database: Database;
  /** Writes what this worker's sessions show. */
  readonly changes: ChangeSaver;
}

/** What the queue of sessions does beside their workflows: makes sure of the database, and removes sessions. */
export function createSessionActivities(
  parts: SessionActivitiesParts,
): ProjectionActivities & ErasureActivities {
  const { client, namespace, database, changes } = parts;
  return {
    ...createProjectionActivities({
      client,
      confirmRevision: (key, state) => confirmRevision(database, key, state),
      settle: (key) => changes.settle(key),
      saveChanges: (change) => saveChanges(database, change),
    }),
    ...createErasureActivities({
      client,
      namespace,
      ensureReceipt: async ({ key, receiptId: id, reason }) => {
        await createReceipt(database, { id, sessionKey: key, reason, requestedAt: Date.now() });
      },
      eraseSessionRows: (key) => eraseSession(database, key),
      confirmReceipt: async ({ key, receiptId }) => {
        // Whoever asked first has the receipt.
        const open = await findOpenReceipt(database, key);
        await confirmReceipt(database, open?.id ?? receiptId, Date.now());
      },
    }),
  };
}
