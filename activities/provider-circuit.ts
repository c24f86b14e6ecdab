import { Context } from '@temporalio/activity';
import { patienceEndsAt, quietFrom, type Admission, type Circuit } from '../domain/circuit.ts';
import { ModelError } from '../models/model-error.ts';
import type { Models } from '../models/open-models.ts';
import type { CallContext, InferInput } from '../workflows/protocol.ts';
import { finalFailure, passingFailure, patienceMs, type CallRecord } from './call-record.ts';
import { shownAttemptOf } from './count-attempts.ts';

/** What all workers know together of a provider account. Nothing here throws. */
export interface ProviderCircuit {
  /** As it is known here. */
  look(): Promise<Circuit>;
  /** Asks whether a call may go out. */
  enter(): Promise<Admission>;
  /** The provider answers, be it with a refusal. */
  answered(): Promise<void>;
  /** The provider failed; what holds then. */
  failed(code: string): Promise<Circuit>;
  /** The provider asked for patience; what holds then. */
  limited(afterMs: number | undefined): Promise<Circuit>;
  /** A trial ended without saying anything of the provider. */
  left(): Promise<void>;
}

interface EnteringCall {
  readonly input: InferInput;
  readonly context: CallContext;
  readonly record: CallRecord;
}

/**
 * Lets a call go out, and says whether it is the trial of an open circuit; else ends the attempt: until the next look, so
 * that the wait holds no slot, or for good, where a fallback can be asked or the patience is at its end.
 */
async function enterCircuit(
  circuit: ProviderCircuit,
  models: Models,
  call: EnteringCall,
): Promise<'go' | 'trial'> {
  const { context, record } = call;
  const now = Date.now();
  const heldSince = record.heldSince === 0 ? now : record.heldSince;
  const waiting = { ...record, heldSince, waited: record.waited + 1 };
  const quietAt = context.kind === 'title' ? quietFrom(await circuit.look(), now) : undefined;
  if (quietAt !== undefined && quietAt <= heldSince + titlePatienceMs)
    throw waitUntil(waiting, spread(quietAt, now), 'The call leaves a provider in trouble alone.');
  const admission = await circuit.enter();
  if (admission.kind !== 'wait') return admission.kind;
  const { until, reason } = admission;
  const known = await circuit.look();
  const error = new ModelError(
    reason === 'open'
      ? { code: known.code ?? 'model-unreachable', reason: '' }
      : { code: 'model-rate-limited', reason: '' },
    'soon',
  );
  const fallback =
    reason === 'open' ? models.fallbackAfter(context.model, call.input.isFallback === true) : undefined;
  const endsAt = reason === 'open' ? patienceEndsAt(known, heldSince) : heldSince + patienceMs;
  if (fallback !== undefined || until > endsAt) throw finalFailure(error, endBefore(call, fallback));
  throw waitUntil(waiting, spread(until, now), 'The call waits until the provider answers again.');
}

/** Nobody waits for a title; milliseconds. */
const titlePatienceMs = 120_000;
/** Those who wait do not all come back at the same moment; milliseconds. */
const spreadMs = 1_000;

const spread = (until: number, now: number): number => until - now + Math.random() * spreadMs;

/** The attempt that ends here never was one at the provider. */
function endBefore({ input, record }: EnteringCall, fallback: ReturnType<Models['fallbackAfter']>) {
  const attempts = Math.max(0, shownAttemptOf(input, record) - 1);
  return fallback === undefined ? { attempts } : { attempts, fallback };
}

function waitUntil(record: CallRecord, pauseMs: number, message: string): unknown {
  Context.current().heartbeat(record);
  return passingFailure('ProviderAway', message, pauseMs);
}

/** One attempt's way through the circuit of its provider. */
export class CallGate {
  readonly #circuit: ProviderCircuit;
  #isTrial = false;
  #isOut = false;
  #isReported = false;

  constructor(circuit: ProviderCircuit) {
    this.#circuit = circuit;
  }

  /** Returns when the call may go out; else throws what `enterCircuit` throws. */
  async enter(models: Models, call: EnteringCall): Promise<void> {
    this.#isTrial = (await enterCircuit(this.#circuit, models, call)) === 'trial';
    this.#isOut = true;
  }

  /** The first word is enough: whoever speaks is back. */
  async answered(): Promise<void> {
    if (this.#isReported) return;
    this.#isReported = true;
    await this.#circuit.answered();
  }

  /** Takes what the call failed with; what holds then, or undefined for a call that did not go out. */
  async failed(error: ModelError): Promise<Circuit | undefined> {
    if (!this.#isOut) return undefined;
    this.#isReported = true;
    return reportToCircuit(this.#circuit, error);
  }

  /** To be called at the end, whatever it was. */
  async leave(): Promise<void> {
    if (this.#isTrial && !this.#isReported) await this.#circuit.left();
  }
}

/** Which failures say that the provider is in trouble, whoever asks it. */
const outages = new Set(['model-unreachable', 'model-overloaded', 'model-cut-off', 'model-timeout']);

/** Which ones only somebody gives who is there. */
const answers = new Set([
  'model-auth',
  'model-forbidden',
  'model-rejected',
  'model-refused',
  'context-too-long',
  'model-garbled',
  'model-empty',
]);

/** Tells how an attempt ended that went out; what holds then. */
async function reportToCircuit(circuit: ProviderCircuit, error: ModelError): Promise<Circuit> {
  const { failure, retry } = error;
  if (failure.code === 'model-rate-limited')
    return circuit.limited(typeof retry === 'object' ? retry.afterMs : undefined);
  if (outages.has(failure.code)) return circuit.failed(failure.code);
  if (answers.has(failure.code)) await circuit.answered();
  else await circuit.left();
  return circuit.look();
}

/** Whether a failure is part of an outage that all calls of the account share. */
export const isOutage = (circuit: Circuit, { failure }: ModelError): boolean =>
  circuit.openUntil !== null && outages.has(failure.code);
