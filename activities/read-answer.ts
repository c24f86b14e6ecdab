import { Context } from '@temporalio/activity';
import { estimateUsage } from '../models/estimate-usage.ts';
import type { ModelEnd } from '../models/model.ts';
import type { CallKind, InferResult } from '../workflows/protocol.ts';
import { AnswerText } from './answer-text.ts';
import type { LoadedCall } from './load-context.ts';
import { readToolCalls } from './read-tool-calls.ts';

/** More than anybody wants of each kind, in UTF-16 units: a model that loops is stopped here. */
const longestAnswer: Readonly<Record<CallKind, number>> = {
  reply: 100_000,
  greeting: 4_000,
  title: 1_000,
  summary: 12_000,
};

/** What the configuration says of turns that use tools. */
export interface ToolLimits {
  /** Model calls with tools in one turn. */
  readonly maxSteps: number;
  /** How long a person has to allow a call; milliseconds. */
  readonly approvalMs: number;
}
export interface ReadingOptions {
  readonly limits: ToolLimits;
  /** Attempts at the call and at those of its turn before it. */
  readonly attempts: number;
  readonly onAddition: (text: string) => void;
}

/**
 * Reads a model's answer to its end, handing on each addition. An interrupt ends it early: the result is what had
 * arrived. Any other cancellation, and whatever goes wrong, is thrown.
 */
export async function readAnswer(call: LoadedCall, options: ReadingOptions): Promise<InferResult> {
  const { context, model, offer } = call;
  const activity = Context.current();
  const answer = new AnswerText();
  const tools = offer.tools.map(({ definition }) => definition);
  const stream = model.stream({ context, tools, signal: activity.cancellationSignal });
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done === true) return finish(call, step.value, answer.text, options);
      options.onAddition(answer.add(step.value.text));
      if (answer.text.length < longestAnswer[context.kind]) continue;
      await stream.return({ finish: 'length', usage: estimateUsage(context, answer.text) });
      return { ...endedEarly(call, answer.text), finish: 'length' };
    }
  } catch (error) {
    if (activity.cancellationDetails?.cancelRequested !== true) throw error;
    return { ...endedEarly(call, answer.text), finish: 'interrupted' };
  }
}

function finish(call: LoadedCall, end: ModelEnd, text: string, options: ReadingOptions): InferResult {
  const { finish: reason, usage, toolCalls = [] } = end;
  const result = { ...base(call), text, finish: reason, usage };
  // One that was offered nothing can be given nothing.
  if (toolCalls.length === 0 || call.offer.tools.length === 0) return result;
  const { limits, attempts } = options;
  return {
    ...result,
    toolCalls: readToolCalls(toolCalls, call.offer, limits.approvalMs),
    attempts,
    ...((call.context.step ?? 1) >= limits.maxSteps ? { isLastStep: true } : {}),
  };
}

const base = ({ model, contextLimit, offer: { set } }: LoadedCall) => ({
  model: model.name,
  contextLimit,
  ...(set === undefined ? {} : { toolSet: set }),
});

const endedEarly = (call: LoadedCall, text: string) => ({
  ...base(call),
  text,
  usage: estimateUsage(call.context, text),
});
