/**
 * What all workers know together of how a provider account does. The circuit is closed while calls go out; it opens after
 * failures in a row, and then one call at a time tries whether the provider is back. Times are milliseconds since the epoch.
 */
export interface Circuit {
  /** Failures in a row, of calls of all sessions. */
  readonly failures: number;
  /** When the first of them happened; null while there is none. */
  readonly since: number | null;
  /** What the last of them was; null while there is none. */
  readonly code: string | null;
  /** Open: no call goes out before. Null: closed. */
  readonly openUntil: number | null;
  /** Whether a call tries the provider now; `openUntil` is then when another one may. */
  readonly isTrying: boolean;
  /** Tries in a row that failed. */
  readonly trials: number;
  /** Rate limits in a row. */
  readonly limited: number;
  /** The provider asked for patience again and again: no call goes out before. Null: it did not. */
  readonly heldUntil: number | null;
  /** The last failure or rate limit, also when calls were answered since; null: there was none. */
  readonly lastTroubleAt: number | null;
}

export const closedCircuit: Circuit = {
  failures: 0,
  since: null,
  code: null,
  openUntil: null,
  isTrying: false,
  trials: 0,
  limited: 0,
  heldUntil: null,
  lastTroubleAt: null,
};

/** Whether a call may go out. A call that is let out of an open circuit is its trial: `circuit` is what holds then. */
export type Admission =
  | { readonly kind: 'go' }
  | { readonly kind: 'trial'; readonly circuit: Circuit }
  | { readonly kind: 'wait'; readonly until: number; readonly reason: 'open' | 'limited' };

/** So many failures in a row are no chance, even of a provider that fails every fifth call. */
const mostFailures = 5;
/** So many rate limits in a row mean the account, not one call. */
const mostLimits = 3;
const firstPauseMs = 2_000;
/** Somebody waits: whoever is back is found within this time. */
const longestPauseMs = 8_000;
/** How long others leave a trial that says nothing alone; its worker may be lost. */
const trialMs = 20_000;
/** How soon who waits for a trial looks again. */
const lookMs = 1_000;
const longestHoldMs = 60_000;

export function admit(circuit: Circuit, now: number): Admission {
  const { openUntil, heldUntil, isTrying } = circuit;
  if (openUntil !== null) {
    if (now >= openUntil)
      return { kind: 'trial', circuit: { ...circuit, isTrying: true, openUntil: now + trialMs } };
    return { kind: 'wait', until: isTrying ? Math.min(openUntil, now + lookMs) : openUntil, reason: 'open' };
  }
  if (heldUntil !== null && now < heldUntil) return { kind: 'wait', until: heldUntil, reason: 'limited' };
  return { kind: 'go' };
}

/** The provider failed a call: no connection, an error of its own, silence. */
export function afterFailure(circuit: Circuit, code: string, now: number): Circuit {
  const failed: Circuit = {
    ...circuit,
    failures: circuit.failures + 1,
    since: circuit.since ?? now,
    code,
    lastTroubleAt: now,
  };
  // Calls that were under way when it opened say nothing new.
  if (circuit.openUntil !== null && !circuit.isTrying) return failed;
  if (circuit.openUntil === null && failed.failures < mostFailures) return failed;
  const trials = circuit.openUntil === null ? 0 : circuit.trials + 1;
  const openUntil = now + Math.min(longestPauseMs, firstPauseMs * 2 ** trials);
  return { ...failed, trials, isTrying: false, openUntil };
}

/** The provider answered, be it with a refusal. */
export const afterAnswer = ({ lastTroubleAt }: Circuit): Circuit => ({ ...closedCircuit, lastTroubleAt });

/** The provider is there and asked for patience; `afterMs`: for how long, when it said so. */
export function afterLimit(circuit: Circuit, afterMs: number | undefined, now: number): Circuit {
  const limited = circuit.limited + 1;
  const until = now + Math.min(longestHoldMs, afterMs ?? 1_000);
  const heldUntil = limited < mostLimits ? circuit.heldUntil : Math.max(until, circuit.heldUntil ?? 0);
  return { ...closedCircuit, limited, heldUntil, lastTroubleAt: now };
}

/** A call came to no end that says anything of the provider: somebody else may try. */
export const afterNothing = (circuit: Circuit, now: number): Circuit =>
  circuit.isTrying ? { ...circuit, isTrying: false, openUntil: now } : circuit;

/** Whether an answer would change anything. */
export const isTroubled = ({ failures, openUntil, limited, heldUntil }: Circuit): boolean =>
  failures > 0 || openUntil !== null || limited > 0 || heldUntil !== null;

/** A provider that is away for a minute costs nobody an answer. */
const outagePatienceMs = 75_000;
/** Who comes later knows sooner; a trial falls into this time. */
const latePatienceMs = 15_000;

/** Until when a call is kept that has had to do with an outage since `waitsSince`. */
export const patienceEndsAt = ({ since }: Circuit, waitsSince: number): number =>
  Math.max((since ?? waitsSince) + outagePatienceMs, waitsSince + latePatienceMs);

/** What calls that nobody waits for leave a provider in peace for after trouble. */
const quietMs = 20_000;

/** When the provider has had peace for a while; undefined when it has. */
export const quietFrom = ({ lastTroubleAt }: Circuit, now: number): number | undefined =>
  lastTroubleAt !== null && now < lastTroubleAt + quietMs ? lastTroubleAt + quietMs : undefined;
