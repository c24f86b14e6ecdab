import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { sessionWorkflowId } from '../workflows/protocol.ts';

/** One run of a session, as the server recorded it. */
export interface RunHistory {
  readonly runId: string;
  readonly history: History;
}

/**
 * The histories of a session, oldest run first, as far back as the server keeps them; empty when it knows none. Each run
 * names the one it continues.
 */
export async function fetchHistories(client: Client, key: string): Promise<readonly RunHistory[]> {
  const runs: RunHistory[] = [];
  let runId: string | undefined = await newestRun(client, key);
  while (runId !== undefined) {
    const history = await fetchRun(client, key, runId);
    if (history === undefined) break;
    runs.unshift({ runId, history });
    runId = previousRun(history);
  }
  return runs;
}

async function newestRun(client: Client, key: string): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(sessionWorkflowId(key)).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function fetchRun(client: Client, key: string, runId: string): Promise<History | undefined> {
  try {
    return await client.workflow.getHandle(sessionWorkflowId(key), runId).fetchHistory();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function previousRun(history: History): string | undefined {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  const previous = started?.continuedExecutionRunId;
  return previous === undefined || previous === null || previous === '' ? undefined : previous;
}
