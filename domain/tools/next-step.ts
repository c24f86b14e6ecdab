import type { InferResult } from '../model-call.ts';
import type { PendingCall, SessionState } from '../session-state.ts';
import { joinSteered } from '../steer.ts';
import { beginCall, type StartedCall, type TurnEnd } from '../turns.ts';

/** The end of a call that asked for tools. */
export type AskingEnd = { readonly kind: 'answered'; readonly result: InferResult };

/** Whatever a configuration says: no turn has more steps than this. */
const mostSteps = 100;

/** Whether a turn goes on with tools after a call. What was stopped, and what was asked without an offer, is not done. */
export const asksForTools = (call: PendingCall, end: TurnEnd): end is AskingEnd =>
  end.kind === 'answered' &&
  end.result.finish !== 'interrupted' &&
  call.isClosing !== true &&
  (end.result.toolCalls?.length ?? 0) > 0;

/** The next model call of a turn whose tools have given their results; what steers joins before it. */
export function beginStep(state: SessionState, last: PendingCall, { result }: AskingEnd): StartedCall {
  const { kind, turn, chapter, fallback, mostTokens } = last;
  const step = (last.step ?? 1) + 1;
  const isClosing = result.isLastStep === true || step > mostSteps;
  return beginCall(joinSteered(state), {
    kind,
    turn,
    chapter,
    step,
    earlier: { attempts: result.attempts ?? (last.earlier?.attempts ?? 0) + 1, reason: 'step' },
    ...(fallback === undefined ? {} : { fallback }),
    ...(mostTokens === undefined ? {} : { mostTokens }),
    ...(isClosing ? { isClosing } : {}),
  });
}
