import { Context } from '@temporalio/activity';
import { estimateUsage } from '../models/estimate-usage.ts';
import type { CallKind, InferResult } from '../workflows/protocol.ts';
import { AnswerText } from './answer-text.ts';
import type { LoadedCall } from './load-context.ts';

/** More than anybody wants of each kind, in UTF-16 units: a model that loops is stopped here. */
const longestAnswer: Readonly<Record<CallKind, number>> = {
  reply: 100_000,
  greeting: 4_000,
  title: 1_000,
  summary: 12_000,
};

/**
 * Reads a model's answer to its end, handing on each addition. An interrupt ends it early: the result is what had
 * arrived. Any other cancellation, and whatever goes wrong, is thrown.
 */
export async function readAnswer(call: LoadedCall, onAddition: (text: string) => void): Promise<InferResult> {
  const { context, model } = call;
  const activity = Context.current();
  const answer = new AnswerText();
  const stream = model.stream({ context, signal: activity.cancellationSignal });
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done === true) return { ...base(call), ...step.value, text: answer.text };
      onAddition(answer.add(step.value.text));
      if (answer.text.length < longestAnswer[context.kind]) continue;
      await stream.return({ finish: 'length', usage: estimateUsage(context, answer.text) });
      return { ...endedEarly(call, answer.text), finish: 'length' };
    }
  } catch (error) {
    if (activity.cancellationDetails?.cancelRequested !== true) throw error;
    return { ...endedEarly(call, answer.text), finish: 'interrupted' };
  }
}

const base = ({ model }: LoadedCall) => ({ model: model.name, contextLimit: model.contextLimit });

const endedEarly = (call: LoadedCall, text: string) => ({
  ...base(call),
  text,
  usage: estimateUsage(call.context, text),
});
