import type { Engine } from '../../engine/engine.ts';
import { sessionWorkflowId, taskQueues, workflowTypes } from '../../workflows/protocol.ts';
import { buildCreate } from './session-driver.ts';

/** Starts a session that takes a fresh run after every third turn. It has a title: asking for one would hold the roll up. */
export async function startRollingSession({ temporal }: Engine, key: string): Promise<void> {
  const { settings } = buildCreate();
  const create = buildCreate({ at: Date.now(), title: key, settings: { ...settings, rollAfterTurns: 3 } });
  await temporal.workflow.start(workflowTypes.session, {
    workflowId: sessionWorkflowId(key),
    taskQueue: taskQueues.sessions,
    args: [{ key, create, confirmsInTask: true }],
  });
}
