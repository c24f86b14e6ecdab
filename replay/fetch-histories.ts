import { isGrpcServiceError, ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { AtriumError } from '../domain/atrium-error.ts';
import { sessionWorkflowId } from '../workflows/protocol.ts';

/** One run of a session, as the server recorded it. */
export interface RunHistory {
  readonly runId: string;
  readonly history: History;
}

/** Where a session's histories end at the moment. */
export interface HistoryEnd {
  readonly runId: string;
  /** Events in that run. */
  readonly length: number;
}

/** The newest run of a session and how far it is; undefined when the server surely knows none. */
export async function findHistoryEnd(client: Client, key: string): Promise<HistoryEnd | undefined> {
  const found = await unlessUnknown(client.workflow.getHandle(sessionWorkflowId(key)).describe());
  return found && { runId: found.runId, length: found.historyLength };
}

/**
 * The histories of a session, oldest run first, as far back as the server keeps them; empty when it surely knows none. Each
 * run names the one it continues.
 */
export async function fetchHistories(client: Client, key: string): Promise<readonly RunHistory[]> {
  const runs: RunHistory[] = [];
  let runId = (await findHistoryEnd(client, key))?.runId;
  while (runId !== undefined) {
    const handle = client.workflow.getHandle(sessionWorkflowId(key), runId);
    const history = await unlessUnknown(handle.fetchHistory());
    if (history === undefined) break;
    runs.unshift({ runId, history });
    runId = previousRun(history);
  }
  return runs;
}

async function unlessUnknown<Found>(search: Promise<Found>): Promise<Found | undefined> {
  try {
    return await search;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (!(error instanceof ServiceError) && !isGrpcServiceError(error)) throw error;
    const sentence = 'Cannot read histories: Temporal cannot be reached at the moment. Please try again.';
    throw new AtriumError('unavailable', 'temporal-unavailable', sentence, { cause: error });
  }
}

/** `describe` has an error of its own for it, `fetchHistory` hands on what the server says: gRPC status 5. */
const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (error instanceof Error && 'code' in error && error.code === 5);

function previousRun(history: History): string | undefined {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  const previous = started?.continuedExecutionRunId;
  return previous === undefined || previous === null || previous === '' ? undefined : previous;
}
