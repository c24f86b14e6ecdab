import { QueryNotRegisteredError, WorkflowNotFoundError } from '@temporalio/client';
import type { FactsAnswer, SessionChanges } from '../domain/session-changes.ts';
import {
  sessionQueries,
  sessionWorkflowId,
  type ChangesQuery,
  type SessionSignalName,
  type SessionSignals,
} from '../workflows/protocol.ts';
import type { Engine } from './engine.ts';
import { isTemporalAway, temporalError } from './temporal-error.ts';

/** How long Temporal may take to take a signal; milliseconds. */
const signalDeadlineMs = 10_000;
/** How long a session may take to answer; past it the caller is told what is known. Milliseconds. */
const queryDeadlineMs = 5_000;
/** How long a task that a session's worker has in its hands may take to reach the history; milliseconds. */
const taskDeadlineMs = 1_000;

/**
 * Sends a signal; once this returns it is in the session's history (I1). Throws `unknown-session` when no such session
 * lives, `temporal-unavailable` when Temporal is away.
 */
export async function signalSession<Name extends SessionSignalName>(
  engine: Engine,
  key: string,
  name: Name,
  payload: SessionSignals[Name],
): Promise<void> {
  const { temporal } = engine;
  const handle = temporal.workflow.getHandle(sessionWorkflowId(key));
  try {
    await temporal.withDeadline(Date.now() + signalDeadlineMs, () => handle.signal(name, payload));
  } catch (error) {
    throw temporalError(error, key);
  }
}

/** Everything that the session does not know the database to hold; undefined when it does not answer in time. */
export function askChanges(engine: Engine, key: string): Promise<SessionChanges | undefined> {
  const query: ChangesQuery = {};
  return querySession<SessionChanges>(engine, key, sessionQueries.changes, [query]);
}

/** The session without its transcript; undefined when it does not answer in time. */
export function askFacts(engine: Engine, key: string): Promise<FactsAnswer | undefined> {
  return querySession<FactsAnswer>(engine, key, sessionQueries.facts, []);
}

/**
 * Waits, within bounds, until the history has what the session has shown so far: its worker shows an outcome a moment
 * before the server takes its task. Never throws.
 */
export async function settleTask(engine: Engine, key: string): Promise<void> {
  const { temporal } = engine;
  const handle = temporal.workflow.getHandle(sessionWorkflowId(key));
  await temporal
    .withDeadline(Date.now() + taskDeadlineMs, () => handle.query(sessionQueries.facts))
    .catch(() => undefined);
}

/**
 * Whether a workflow lives. A closed one still answers queries with what it was, so a caller that has nothing but a key
 * asks this first. Throws `temporal-unavailable`.
 */
export async function isLiving(engine: Engine, workflowId: string): Promise<boolean> {
  const { temporal } = engine;
  try {
    const { status } = await temporal.withDeadline(Date.now() + queryDeadlineMs, () =>
      temporal.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw temporalError(error, workflowId);
  }
}

async function querySession<Answer>(
  engine: Engine,
  key: string,
  name: string,
  args: readonly unknown[],
): Promise<Answer | undefined> {
  const { temporal } = engine;
  const handle = temporal.workflow.getHandle(sessionWorkflowId(key));
  try {
    return await temporal.withDeadline(Date.now() + queryDeadlineMs, () =>
      handle.query<Answer, unknown[]>(name, ...args),
    );
  } catch (error) {
    // A session whose worker is away, or that its worker cannot load, answers later.
    if (error instanceof QueryNotRegisteredError) return undefined;
    const meaning = temporalError(error, key);
    if (isTemporalAway(meaning)) return undefined;
    throw meaning;
  }
}
