import type { z } from 'zod';
import { noLimits } from '../../domain/queue-limits.ts';
import type { ProviderUse, QueueView } from '../../engine/show-queue.ts';
import type { queueSchema } from '../schemas/queue.ts';
import { isoTime } from './time.ts';

type QueueJson = z.output<typeof queueSchema>;

/** The queue as the contract shows it. The default provider comes first, and its limits stand for the whole. */
export function viewQueue({ running, waiting, providers }: QueueView): QueueJson {
  return {
    running: running.map(({ session, turn, kind, provider, since, model, tokens }) => ({
      session,
      turn,
      kind,
      provider,
      since: isoTime(since),
      model,
      tokens,
    })),
    waiting: waiting.map(viewWaiting),
    rates: {
      requests: sum(providers.map(({ requests }) => requests)),
      tokens: sum(providers.map(({ tokens }) => tokens)),
    },
    limits: providers[0]?.limits ?? noLimits,
    providers: providers.map(viewProvider),
  };
}

function viewWaiting({ call, place }: QueueView['waiting'][number]): QueueJson['waiting'][number] {
  const { session, turn, kind, provider, queuedAt, priority } = call;
  const { reason, retryAt } = place;
  return {
    session,
    turn,
    kind,
    provider,
    since: isoTime(queuedAt),
    place: place.place,
    reason,
    ...(retryAt === null ? {} : { retryAt: isoTime(retryAt) }),
    priority,
  };
}

const viewProvider = ({ name, limits, requests, tokens, ...health }: ProviderUse) => ({
  name,
  state: stateOf(health),
  since: health.failingSince === null ? null : isoTime(health.failingSince),
  retryAt: health.retryAt === null ? null : isoTime(health.retryAt),
  rates: { requests, tokens },
  limits,
});

const stateOf = ({
  isOpen,
  failingSince,
}: Pick<ProviderUse, 'isOpen' | 'failingSince'>): QueueJson['providers'][number]['state'] =>
  isOpen ? 'open' : failingSince === null ? 'ready' : 'failing';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
