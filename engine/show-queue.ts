import { closedCircuit } from '../domain/circuit.ts';
import type { LiveCall, CallPlace } from '../domain/live-call.ts';
import { noLimits, type QueueLimits } from '../domain/queue-limits.ts';
import { listCircuits } from '../store/circuits.ts';
import { listLiveCalls, type ListedCall } from '../store/live-calls.ts';
import { listRates } from '../store/live-rates.ts';
import { listLimits } from '../store/queue-limits.ts';
import { defaultProvider } from '../workflows/protocol.ts';
import { requireOwner, type Caller } from './caller.ts';
import type { Engine } from './engine.ts';

/** What the shared models are doing. */
export interface QueueView {
  readonly running: readonly LiveCall[];
  /** The next one first, by provider. */
  readonly waiting: readonly { readonly call: LiveCall; readonly place: CallPlace }[];
  readonly providers: readonly ProviderUse[];
}

export interface ProviderUse {
  readonly name: string;
  readonly limits: QueueLimits;
  /** Calls that began in the last minute. */
  readonly requests: number;
  /** Tokens of calls that ended in the last minute. */
  readonly tokens: number;
  /** Since when calls wait because it failed them; milliseconds since the epoch, null while none does. */
  readonly failingSince: number | null;
  /** Whether the provider failed so often that calls wait until one of them finds it back. */
  readonly isOpen: boolean;
  /** While it is open: when the next call tries it, as soon as there is one; milliseconds since the epoch. */
  readonly retryAt: number | null;
}

/** Every call of at least a moment's length, of all sessions. Throws AtriumError `forbidden` or `database-unavailable`. */
export async function showQueue(engine: Engine, caller: Caller): Promise<QueueView> {
  requireOwner(caller, 'see the queue');
  const { database } = engine;
  const now = engine.now();
  const [listed, limits, rates, circuits] = await Promise.all([
    listLiveCalls(database, { now }),
    listLimits(database),
    listRates(database, now),
    listCircuits(database),
  ]);
  const names = new Set([defaultProvider, ...limits.keys(), ...rates.map(({ provider }) => provider)]);
  return {
    running: listed.filter(({ place }) => place === undefined).map(({ call }) => call),
    waiting: listed.flatMap(waitingOf),
    providers: [...names].map((name) => {
      const { requests = 0, tokens = 0 } = rates.find(({ provider }) => provider === name) ?? {};
      const { since, openUntil } = circuits.get(name) ?? closedCircuit;
      const isOpen = openUntil !== null;
      const failingSince = isOpen ? since : failingSinceOf(listed, name);
      const use = { name, limits: limits.get(name) ?? noLimits, requests, tokens };
      return { ...use, failingSince, isOpen, retryAt: openUntil };
    }),
  };
}

const waitingOf = ({ call, place }: ListedCall) => (place === undefined ? [] : [{ call, place }]);

function failingSinceOf(listed: readonly ListedCall[], provider: string): number | null {
  const failed = listed.filter(
    ({ call, place }) => call.provider === provider && place?.reason === 'backoff',
  );
  return failed.length === 0 ? null : Math.min(...failed.map(({ call }) => call.since));
}
