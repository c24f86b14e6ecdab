import { ApplicationFailure, sleep } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { HeldRevision } from '../store/save-changes.ts';
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
  /** Whether the database holds this state of a session, or one that follows from it, for good. */
  readonly confirmRevision: (session: string, state: HeldRevision) => Promise<boolean>;
  /** Settles when what the session's worker was handed of it is written, or could not be. */
  readonly settle: (session: string) => Promise<void>;
  /** Writes the changes, guarded as `SessionChanges` says. */
  readonly saveChanges: (changes: SessionChanges) => Promise<void>;
}

/** How long a session may take to answer before the attempt is given up; milliseconds. */
const queryDeadlineMs = 5_000;
/** A burst of turns is confirmed by one projection; milliseconds. */
const gatherMs = 250;

/**
 * The activity that makes sure of the database. Mostly the session's worker has written the change already when it
 * happened, and a look at the row is enough; else it asks the session what changed instead of being handed the text, so
 * that a session's history does not grow with its transcript (I8).
 */
export function createProjectionActivities(parts: ProjectionParts): ProjectionActivities {
  return {
    async confirm({ session, toRevision, updatedAt }: ProjectInput): Promise<boolean> {
      await parts.settle(session);
      return parts.confirmRevision(session, { revision: toRevision, updatedAt });
    },
    async project({ session, fromRevision, toRevision, updatedAt }: ProjectInput): Promise<number> {
      await sleep(gatherMs);
      if (await parts.confirmRevision(session, { revision: toRevision, updatedAt })) return toRevision;
      const changes = await queryChanges(parts.client, session, { fromRevision });
      // A session that is gone has nothing left to show; whoever ended it takes care of its rows.
      if (changes === undefined) return toRevision;
      await parts.saveChanges(changes);
      const { revision, facts } = changes;
      if (await parts.confirmRevision(session, { revision, updatedAt: facts.updatedAt })) return revision;
      throw ApplicationFailure.retryable('The database holds a later state than the session is in.');
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
