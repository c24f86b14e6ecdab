import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  sessionQueries,
  sessionWorkflowId,
  type ChangesQuery,
  type ProjectionActivities,
  type ProjectInput,
  type SessionChanges,
} from '../workflows/protocol.ts';

export interface ProjectionParts {
  readonly client: Client;
  /** Writes the changes, guarded by their revisions. */
  readonly saveChanges: (changes: SessionChanges) => Promise<void>;
}

/** How long a session may take to answer before the attempt is given up; milliseconds. */
const queryDeadlineMs = 10_000;

/**
 * The activity that brings the database up to date. It asks the session what changed instead of being handed the text,
 * so a session's history does not grow with its transcript (I8).
 */
export function createProjectionActivities({ client, saveChanges }: ProjectionParts): ProjectionActivities {
  return {
    async project({ session, fromRevision }: ProjectInput): Promise<number> {
      const changes = await queryChanges(client, session, { fromRevision });
      // A session that is gone has nothing left to show; whoever ended it takes care of its rows.
      if (changes === undefined) return fromRevision;
      await saveChanges(changes);
      return changes.revision;
    },
  };
}

async function queryChanges(
  client: Client,
  session: string,
  query: ChangesQuery,
): Promise<SessionChanges | undefined> {
  const handle = client.workflow.getHandle(sessionWorkflowId(session));
  try {
    return await client.withDeadline(Date.now() + queryDeadlineMs, () =>
      handle.query<SessionChanges, [ChangesQuery]>(sessionQueries.changes, query),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
