import { ApplicationFailure } from '@temporalio/common';
import type { CallContext, FailureDetails, InferenceActivities } from '../../workflows/protocol.ts';
import { modelFailureType } from '../../workflows/protocol.ts';
import { createScriptedModel } from './scripted-model.ts';

export interface TalkingModel {
  readonly infer: InferenceActivities;
  /** What was asked for replies, in order. */
  readonly shown: readonly CallContext[];
}

/**
 * A model that does as it is told: `hang` runs until it is stopped, `fail` fails for good, everything else is repeated
 * with "echo: " before it.
 */
export function createTalkingModel(): TalkingModel {
  const { infer, shown } = createScriptedModel((context) => {
    if (context.kind === 'title') return { text: 'A fitting title' };
    const text = context.messages.at(-1)?.text ?? '';
    if (text.startsWith('hang')) return 'hang';
    if (text.startsWith('fail')) throw modelFailure({ code: 'model-rejected', reason: '' });
    return { text: `echo: ${text}` };
  });
  return { infer: { infer }, shown };
}

const modelFailure = (details: FailureDetails): ApplicationFailure =>
  ApplicationFailure.create({
    type: modelFailureType,
    message: details.code,
    nonRetryable: true,
    details: [details],
  });
