import { Context, log } from '@temporalio/activity';
import type { CallFacts } from '../domain/live-call.ts';
import type { LiveEvent, ResetReason } from '../domain/live-event.ts';
import { estimateTokens } from '../domain/tokens.ts';
import type { CallContext, InferenceActivities, InferInput, InferResult } from '../workflows/protocol.ts';
import { readRecord, type CallRecord } from './call-record.ts';
import { describeCall, reportEnd, type CallReports } from './call-reports.ts';
import { attemptOf, shownAttemptOf } from './count-attempts.ts';
import { endAttempt } from './end-attempt.ts';
import { LiveText } from './live-text.ts';
import { loadContext, openCall, type ContextSource, type LoadedCall } from './load-context.ts';
import { CallGate, type ProviderCircuit } from './provider-circuit.ts';
import { readAnswer, type ToolLimits } from './read-answer.ts';
import { reserveTokens, spendTokens, type TokenSupply } from './token-supply.ts';

export interface InferenceParts extends ContextSource {
  /** The side channel to those who watch a turn. */
  readonly addLiveEvents: (events: readonly LiveEvent[]) => Promise<void>;
  readonly tokens: TokenSupply;
  readonly reports: CallReports;
  readonly toolLimits: ToolLimits;
  readonly circuit: ProviderCircuit;
}

/** One model call: every call of every session goes through here, from the inference queue (I10). */
export const createInferenceActivities = (parts: InferenceParts): InferenceActivities => ({
  infer: (input) => infer(parts, input),
});

/** An interrupt comes with the answer to a heartbeat: it reaches the model within half a second. Milliseconds. */
const heartbeatMs = 400;

async function infer(parts: InferenceParts, input: InferInput): Promise<InferResult> {
  const activity = Context.current();
  let record = readRecord(activity.info.heartbeatDetails);
  const beat = setInterval(() => activity.heartbeat(record), heartbeatMs);
  let live: LiveText | undefined;
  let context: CallContext | undefined;
  let facts: CallFacts | undefined;
  let gate: CallGate | undefined;
  try {
    context = await loadContext(parts, input, attemptOf(record));
    const shown = record.isWithoutTools ? withoutTools(context) : context;
    facts = describeCall(input, shown);
    gate = context.model === 'offline' ? undefined : new CallGate(parts.circuit);
    await gate?.enter(parts.models, { input, context, record });
    const call = await openCall(parts, input, shown);
    const reserved = await reserveTokens(parts.tokens, call.context.tokens + call.offer.tokens, record);
    record = { ...record, reservedTokens: 0 };
    parts.reports.began(facts, call.model.name);
    live = openLiveText(parts, input, call, record);
    const result = await spendTokens(parts.tokens, reserved, () =>
      readShown(parts, call, { input, record, live, gate }),
    );
    await gate?.answered();
    parts.reports.ended(input, result.usage.inputTokens + result.usage.outputTokens);
    return result;
  } catch (error) {
    const attempt = { input, record, context, live, gate };
    const failure = await endAttempt(parts.models, error, attempt);
    if (facts !== undefined)
      reportEnd(parts.reports, facts, { failure, attempt: shownAttemptOf(input, record) });
    throw failure;
  } finally {
    clearInterval(beat);
    await gate?.leave();
    await live?.close();
  }
}

interface ShownAttempt {
  readonly input: InferInput;
  readonly record: CallRecord;
  readonly live: LiveText | undefined;
  readonly gate: CallGate | undefined;
}

/** The answer, of which viewers, the queue's watchers and the provider's circuit learn as it comes. */
async function readShown(
  parts: InferenceParts,
  call: LoadedCall,
  { input, record, live, gate }: ShownAttempt,
): Promise<InferResult> {
  const result = await readAnswer(call, {
    limits: parts.toolLimits,
    attempts: shownAttemptOf(input, record),
    onAddition: (addition) => {
      void gate?.answered();
      live?.add(addition);
      parts.reports.wrote(input, estimateTokens(addition));
    },
  });
  // The turn goes on with its tools; what was said before them is in no outcome.
  if (result.toolCalls !== undefined) await live?.closeWhole();
  return result;
}

/** People watch replies and greetings; titles and summaries have no viewers. */
function openLiveText(
  parts: InferenceParts,
  input: InferInput,
  { context, model }: LoadedCall,
  record: CallRecord,
): LiveText | undefined {
  if (context.kind !== 'reply' && context.kind !== 'greeting') return undefined;
  const attempt = attemptOf(record);
  const options = {
    session: input.session,
    attempt: shownAttemptOf(input, record),
    resetReason: attempt === 1 ? input.earlier?.reason : reasonOfReset(record, attempt),
    write: parts.addLiveEvents,
    onLost: (error: unknown) => log.warn('Live text is lost for now.', { reason: String(error) }),
  };
  return new LiveText(options, context, model.name);
}

/** An attempt that failed said so in its last heartbeat; one that says nothing has lost its worker. */
const reasonOfReset = ({ lastFailed }: CallRecord, attempt: number): ResetReason =>
  lastFailed === attempt - 1 ? 'retry' : 'worker-lost';

function withoutTools(context: CallContext): CallContext {
  const { tools: _, ...rest } = context;
  return rest;
}
