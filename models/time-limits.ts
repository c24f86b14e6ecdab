import { ModelError } from './model-error.ts';
import type { ModelEnd, ModelPart } from './model.ts';

/** How long a model may keep somebody waiting; milliseconds. */
export interface TimeLimits {
  /** Until its first word, and between signs of life before it. */
  readonly firstWordMs: number;
  /** What is added to that for each token that it has to read before. */
  readonly readTokenMs: number;
  /** Between two words. */
  readonly silenceMs: number;
  readonly totalMs: number;
}

/**
 * Models that think before they write are silent for a minute or more. Somebody who waits for the usual two minutes
 * still hears that no word came.
 */
export const hostedLimits: TimeLimits = {
  firstWordMs: 110_000,
  readTokenMs: 0,
  silenceMs: 60_000,
  totalMs: 900_000,
};
/** A processor reads a long prompt at some fifty tokens a second. */
export const localLimits: TimeLimits = { ...hostedLimits, readTokenMs: 20 };

/** The limits of a call that has so many tokens to read. */
export function limitsFor(limits: TimeLimits, tokens: number): TimeLimits {
  return { ...limits, firstWordMs: limits.firstWordMs + tokens * limits.readTokenMs };
}

type Answer = AsyncGenerator<ModelPart, ModelEnd>;
type Step = IteratorResult<ModelPart, ModelEnd>;

/**
 * A model's answer that ends in time: what takes too long is stopped, with its connection, and fails as `model-timeout`.
 * Ends at once, by throwing the signal's reason, when the signal says so, however long the model takes to notice.
 */
export async function* limitTime(
  open: (signal: AbortSignal) => Answer,
  signal: AbortSignal,
  limits: TimeLimits,
): Answer {
  const own = new AbortController();
  const answer = open(AbortSignal.any([signal, own.signal]));
  const deadline = Date.now() + limits.totalMs;
  let hasText = false;
  try {
    for (;;) {
      const limitMs: number = hasText ? limits.silenceMs : limits.firstWordMs;
      const leftMs = deadline - Date.now();
      const step: Step | 'late' = await within(answer.next(), Math.min(limitMs, leftMs), signal);
      if (step === 'late')
        throw timeout(leftMs < limitMs ? limits.totalMs : limitMs, leftMs < limitMs, hasText);
      if (step.done === true) return step.value;
      hasText ||= step.value.text !== '';
      yield step.value;
    }
  } finally {
    own.abort();
  }
}

function timeout(ms: number, isTotal: boolean, hasText: boolean): ModelError {
  const seconds = `${Math.round(ms / 1000)} s`;
  const started = hasText ? `silent for ${seconds}` : `no word within ${seconds}`;
  return new ModelError(
    { code: 'model-timeout', reason: isTotal ? `not finished within ${seconds}` : started },
    'never',
  );
}

async function within<Value>(
  promise: Promise<Value>,
  ms: number,
  signal: AbortSignal,
): Promise<Value | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  let abort: (() => void) | undefined;
  const late = new Promise<'late'>((resolve, reject) => {
    timer = setTimeout(() => resolve('late'), Math.max(0, ms));
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  // Whoever loses the race must not surface as an unhandled rejection.
  promise.catch(() => undefined);
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
