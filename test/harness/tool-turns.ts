import type { AskedTool, InferResult } from '../../domain/model-call.ts';
import type { Moment, SessionState } from '../../domain/session-state.ts';
import { beginTools } from '../../domain/tools/begin-tools.ts';
import { finishTool } from '../../domain/tools/finish-tool.ts';
import { beginStep } from '../../domain/tools/next-step.ts';
import type { StartedCall } from '../../domain/turns.ts';
import { buildResult } from './session-driver.ts';

export const askFor = (name: string, change: Partial<AskedTool> = {}): AskedTool => ({
  name,
  arguments: '{}',
  ...change,
});

/** What a model says that asks for tools. */
export const asking = (tools: readonly AskedTool[], change: Partial<InferResult> = {}): InferResult =>
  buildResult({ text: '', toolCalls: tools, attempts: 1, ...change });

/** The calls that the running turn still waits for. */
export const pendingIds = (state: SessionState): readonly string[] =>
  (state.running?.tools ?? []).map(({ callId }) => callId);

/** A whole step: the model asks, every tool that may be called gives the next of the results, and the model is asked again. */
export function takeStep(
  started: StartedCall,
  moment: Moment,
  result: InferResult,
  results: readonly string[],
): StartedCall {
  let state = beginTools(started.state, started.call, result, moment);
  for (const [index, callId] of pendingIds(state).entries())
    state = finishTool(state, callId, { state: 'done', text: results[index] ?? '' });
  return beginStep(state, started.call, { kind: 'answered', result });
}
