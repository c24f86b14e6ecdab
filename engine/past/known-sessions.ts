import { listSessionKeys } from '../../store/stored-session.ts';
import { sessionKeyOf, workflowTypes } from '../../workflows/protocol.ts';
import type { Engine } from '../engine.ts';
import { temporalError } from '../temporal-error.ts';

/**
 * The keys of all sessions that Temporal lists or the database shows, each once. Temporal's list may be some seconds behind.
 */
export async function listKnownSessions(engine: Engine): Promise<readonly string[]> {
  const keys = new Set(await listSessionKeys(engine.database));
  const query = `WorkflowType = '${workflowTypes.session}' AND ExecutionStatus != 'ContinuedAsNew'`;
  try {
    for await (const { workflowId } of engine.temporal.workflow.list({ query })) {
      const key = sessionKeyOf(workflowId);
      if (key !== undefined) keys.add(key);
    }
  } catch (error) {
    throw temporalError(error, 'of this server');
  }
  return [...keys];
}
