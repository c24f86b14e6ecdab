import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  sessionQueries,
  sessionWorkflowId,
  type CallContext,
  type ContextAnswer,
  type InferInput,
  type InferResult,
} from '../../workflows/protocol.ts';
import { buildResult } from './session-driver.ts';

/** What a scripted model does with a call: answers, or waits until it is stopped. */
export type Script = (
  context: CallContext,
) => Partial<InferResult> | 'hang' | Promise<Partial<InferResult> | 'hang'>;

/** An inference activity that asks the real workflow for its context and answers by script. */
export function createScriptedModel(script: Script) {
  const shown: CallContext[] = [];
  const infer = async ({ session, call }: InferInput): Promise<InferResult> => {
    const { client, cancelled } = Context.current();
    const beat = setInterval(() => Context.current().heartbeat(), 100);
    try {
      const handle = client.workflow.getHandle(sessionWorkflowId(session));
      // Nobody answers while the workers stop, and an attempt that waits would keep them from it.
      const answer = await client.withDeadline(Date.now() + 3_000, () =>
        handle.query<ContextAnswer, [object]>(sessionQueries.context, { call, budgetTokens: 8_000 }),
      );
      if (answer.state === 'stale') throw ApplicationFailure.nonRetryable('stale', 'stale');
      shown.push(answer.context);
      const step = await script(answer.context);
      if (step !== 'hang') return buildResult(step);
      await cancelled.catch(() => undefined);
      return buildResult({ text: 'so far', finish: 'interrupted' });
    } finally {
      clearInterval(beat);
    }
  };
  return { infer, shown };
}
