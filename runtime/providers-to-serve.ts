import type { ModelsConfig } from '../config/config.ts';
import { providerOfModel } from '../domain/model-name.ts';
import { noLimits, type QueueLimits } from '../domain/queue-limits.ts';
import { defaultProvider } from '../workflows/protocol.ts';

/** Calls to a provider that is gone end at once, with the reason. */
const limitsOfGone: QueueLimits = { ...noLimits, slots: 4 };

/**
 * The queues that a worker serves, by provider, with what the configuration says of each: the default one under its fixed
 * name, the others under their own. One that was `served` before is still served when it has become the default or was taken
 * out of the configuration: sessions may have calls in its queue, and each of them gets an answer (I2).
 */
export function providersToServe(
  { default: chosen, limits, providers }: ModelsConfig,
  served: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, QueueLimits> {
  const others = Object.entries(providers).filter(([name]) => name !== providerOfModel(chosen));
  const toServe = new Map([
    [defaultProvider, limits],
    ...others.map(([name, one]) => [name, one.limits] as const),
  ]);
  for (const name of served.keys())
    if (!toServe.has(name)) toServe.set(name, providers[name]?.limits ?? limitsOfGone);
  return toServe;
}
