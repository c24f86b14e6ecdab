import { ApplicationFailure, sleep } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  sessionQueries,
  sessionWorkflowId,
  type ChangesQuery,
  type ProjectionActivities,
  type ProjectInput,
  type SessionChanges,
} from '../workflows/protocol.ts';

export interface HeldRevision {
  readonly revision: number;
  /** `facts.updatedAt` of the row. */
  readonly updatedAt: number;
}

export interface ProjectionParts {
  readonly client: Client;
  /** What the database holds of a session, undefined when it has no row. */
  readonly findRevision: (session: string) => Promise<HeldRevision | undefined>;
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
    async project({ session, fromRevision, toRevision, updatedAt }: ProjectInput): Promise<number> {
      await sleep(gatherMs);
      if (proves(await parts.findRevision(session), toRevision, updatedAt)) return toRevision;
      const changes = await queryChanges(parts.client, session, { fromRevision });
      // A session that is gone has nothing left to show; whoever ended it takes care of its rows.
      if (changes === undefined) return toRevision;
      await parts.saveChanges(changes);
      const { revision, facts } = changes;
      if (proves(await parts.findRevision(session), revision, facts.updatedAt)) return revision;
      throw ApplicationFailure.retryable('The database holds a later state than the session is in.');
    },
  };
}

/**
 * Whether what the database holds is sure to have a revision right. It may come from a task that was lost and done again;
 * one of the same moment or later is built on the task that the revision comes from, so it has everything up to there.
 */
function proves(held: HeldRevision | undefined, revision: number, updatedAt: number): boolean {
  return held !== undefined && held.revision >= revision && held.updatedAt >= updatedAt;
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
