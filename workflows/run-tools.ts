import {
  ActivityCancellationType,
  ActivityFailure,
  CancellationScope,
  TimeoutFailure,
  condition,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import { fairnessKey } from '../domain/fairness-key.ts';
import type { PendingTool, SessionState } from '../domain/session-state.ts';
import {
  denyTool,
  finishTool,
  finishToolWith,
  isPending,
  waitsForApproval,
} from '../domain/tools/finish-tool.ts';
import { taskQueues, type CallToolInput, type ToolActivities, type ToolResult } from './protocol.ts';
import { stopGrace } from './session-activities.ts';
import type { StepOwner } from './take-steps.ts';

/** Attempts at a call that may be made again; any other is made once. */
const mostAttempts = 3;

/** Makes all calls of the present step, each as soon as it may be made. Cancelling `scope` stops them. Never throws. */
export async function runTools(
  owner: Pick<StepOwner, 'state' | 'update' | 'show'>,
  scope: CancellationScope,
): Promise<void> {
  const pending = owner.state.running?.tools ?? [];
  await Promise.all(pending.map((tool) => runTool(owner, scope, tool)));
}

async function runTool(
  owner: Pick<StepOwner, 'state' | 'update' | 'show'>,
  scope: CancellationScope,
  tool: PendingTool,
): Promise<void> {
  if (tool.approval !== undefined) await waitForApproval(owner, scope, tool);
  if (!isPending(owner.state, tool.callId) || waitsForApproval(owner.state, tool.callId)) return;
  const next = await callTool(owner.state, scope, tool);
  if (next === undefined) return;
  owner.update(next(owner.state));
  owner.show();
}

/** A person has as long as the configuration said when the call was asked for. Stopping the turn ends the wait, too. */
async function waitForApproval(
  owner: Pick<StepOwner, 'state' | 'update'>,
  scope: CancellationScope,
  { callId, approval }: PendingTool,
): Promise<void> {
  const leftMs = Math.max(1, (approval?.expiresAt ?? 0) - Date.now());
  try {
    const isAnswered = await scope.run(() => condition(() => !waitsForApproval(owner.state, callId), leftMs));
    if (!isAnswered) owner.update(denyTool(owner.state, callId, 'tool-expired'));
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
}

type Transition = (state: SessionState) => SessionState;

/** How the state changes with the call's end; undefined when the turn was stopped, which ends its calls itself. */
async function callTool(
  state: SessionState,
  scope: CancellationScope,
  tool: PendingTool,
): Promise<Transition | undefined> {
  const grace = new CancellationScope();
  try {
    const result = scope.run(() => startTool(state, tool));
    // Whoever loses the race must not surface as an unhandled rejection.
    result.catch(() => undefined);
    const ended = await Promise.race([result, stopGrace(scope, grace)]);
    return ended && ((next) => finishTool(next, tool.callId, ended));
  } catch (error) {
    if (isCancellation(error)) return undefined;
    const end = isUnbegun(error)
      ? ({ state: 'failed', phrase: 'tool-no-worker' } as const)
      : ({ state: 'unknown', phrase: 'tool-unknown' } as const);
    return (next) => finishToolWith(next, tool.callId, end);
  } finally {
    grace.cancel();
  }
}

function startTool(state: SessionState, { callId, name, isIdempotent }: PendingTool): Promise<ToolResult> {
  const { key, tools } = state.facts;
  const { turn = 0, language = state.settings.language, messageIds = [], priority = 2 } = state.running ?? {};
  const row = state.messages.findLast(
    ({ toolCall, ...of }) => toolCall?.callId === callId && of.turn === turn,
  );
  const activities = proxyActivities<ToolActivities>({
    taskQueue: taskQueues.tools,
    // A call that no worker takes was not made; who has been waiting for it hears so.
    scheduleToStartTimeout: '2m',
    startToCloseTimeout: '30m',
    heartbeatTimeout: '4s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', maximumAttempts: isIdempotent === true ? mostAttempts : 1 },
    priority: { priorityKey: priority, fairnessKey: fairnessKey(key) },
  });
  const input: CallToolInput = {
    session: key,
    turn,
    callId,
    name,
    arguments: row?.toolCall?.arguments ?? '{}',
    language,
    messageIds,
    tools,
  };
  return activities.callTool(input);
}

/** Nobody had taken the call: then, and only then, it surely had no effect. */
const isUnbegun = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';
