import { heartbeat, sleep } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionInfo } from '@temporalio/client';
import { sessionWorkflowId, type ErasureActivities, type ErasureInput } from '../workflows/protocol.ts';

export interface ErasureParts {
  readonly client: Client;
  readonly namespace: string;
  /** Makes sure of a receipt: an ephemeral session that is over asks for its erasure itself, and nobody has left one. */
  readonly ensureReceipt: (input: ErasureInput) => Promise<void>;
  /** Removes the session's rows, blobs, memory and live tokens. */
  readonly eraseSessionRows: (key: string) => Promise<void>;
  /** Completes the receipt. */
  readonly confirmReceipt: (input: ErasureInput) => Promise<void>;
}

/** How long a session may take to interrupt its turn and withdraw what waits; milliseconds. */
const closeGraceMs = 20_000;
const pollMs = 500;

/** The steps of an erasure; each may be repeated, and returns only once its store confirmed. */
export function createErasureActivities(parts: ErasureParts): ErasureActivities {
  return {
    async closeSession(input) {
      await parts.ensureReceipt(input);
      await closeSession(parts, sessionWorkflowId(input.key));
    },
    eraseRows: ({ key }) => parts.eraseSessionRows(key),
    eraseHistories: ({ key }) => eraseHistories(parts, sessionWorkflowId(key)),
    confirmErased: (input) => parts.confirmReceipt(input),
  };
}

async function closeSession({ client }: ErasureParts, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  const deadline = Date.now() + closeGraceMs;
  try {
    await handle.signal('close', {});
    while ((await handle.describe()).status.name === 'RUNNING') {
      if (Date.now() > deadline)
        await handle.terminate('The session did not close in time and is being deleted.');
      heartbeat();
      await sleep(pollMs);
    }
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Deletes run by run and looks again until the server lists none: a closed run may take up to a minute to be gone. */
async function eraseHistories({ client, namespace }: ErasureParts, workflowId: string): Promise<void> {
  for (;;) {
    const runs = await listRuns(client, workflowId);
    if (runs.length === 0) return;
    for (const run of runs) await deleteRun(client, namespace, run);
    heartbeat();
    await sleep(pollMs);
  }
}

async function listRuns(client: Client, workflowId: string): Promise<readonly WorkflowExecutionInfo[]> {
  const runs: WorkflowExecutionInfo[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) runs.push(run);
  return runs;
}

async function deleteRun(client: Client, namespace: string, run: WorkflowExecutionInfo): Promise<void> {
  const { workflowId, runId } = run;
  try {
    await client.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId, runId },
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** gRPC status 5: the run is gone from the store already, though the list still shows it. */
const isNotFound = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 5;
