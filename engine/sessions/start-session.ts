import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { AtriumError } from '../../domain/atrium-error.ts';
import { changesSince } from '../../domain/changes.ts';
import { createState } from '../../domain/create-state.ts';
import { accountOf } from '../../domain/model-name.ts';
import type { SessionCreate } from '../../domain/session-create.ts';
import type { SessionView } from '../../store/find-session.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { sessionWorkflowId, taskQueues, workflowTypes } from '../../workflows/protocol.ts';
import type { Engine } from '../engine.ts';
import { isDatabaseAway, temporalError } from '../temporal-error.ts';

const startDeadlineMs = 10_000;
/** Turns of one run, after which a session continues in a fresh one. */
const rollAfterTurns = 100;

/**
 * Starts a session's workflow and writes its row. How it begins is the same pure function here and in the workflow, so
 * nobody waits for a worker. Throws `session-exists`, `temporal-unavailable`.
 */
export async function startSession(
  engine: Engine,
  key: string,
  begin: Omit<SessionCreate, 'at' | 'settings' | 'account'>,
): Promise<SessionView> {
  const account = accountOf(engine.models, begin.model ?? null);
  const create: SessionCreate = {
    ...begin,
    ...(account === null ? {} : { account }),
    at: engine.now(),
    settings: settingsOf(engine),
  };
  await startWorkflow(engine, key, create);
  const changes = changesSince(createState(key, create), 0);
  try {
    await saveChanges(engine.database, changes);
  } catch (error) {
    // The session is there; its own projection brings the row once the database is back.
    if (!isDatabaseAway(error)) throw error;
  }
  const { facts, revision } = changes;
  return { facts, revision, running: false, waitingCount: 0, unreadCount: 0 };
}

/** The refusal of a key that is taken. */
export function sessionExists(key: string): AtriumError {
  return new AtriumError('conflict', 'session-exists', `There is a session ${key} already.`);
}

async function startWorkflow(engine: Engine, key: string, create: SessionCreate): Promise<void> {
  const { temporal } = engine;
  try {
    await temporal.withDeadline(Date.now() + startDeadlineMs, () =>
      temporal.workflow.start(workflowTypes.session, {
        workflowId: sessionWorkflowId(key),
        workflowIdConflictPolicy: 'FAIL',
        taskQueue: taskQueues.sessions,
        // A worker that died with a task in its hands holds the session up no longer than this.
        workflowTaskTimeout: '5s',
        args: [{ key, create, confirmsInTask: true }],
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw sessionExists(key);
    throw temporalError(error, key);
  }
}

/** What of the configuration is fixed in the session's history. */
function settingsOf({ session, language }: Engine): SessionCreate['settings'] {
  const { idleArchiveAfterMs, maxWaiting, resetPrompt } = session;
  return { idleArchiveAfterMs, maxWaiting, resetPrompt, language, rollAfterTurns };
}
