/** How much of a provider may be used at a time, by all processes together. Null: no limit. */
export interface QueueLimits {
  /** Calls at once. */
  readonly slots: number | null;
  /** Calls that begin in a second, over all sessions. */
  readonly requestsPerSecond: number | null;
  /** Calls that begin in a second for one session. */
  readonly requestsPerSecondPerSession: number | null;
  /** Tokens of requests and answers in a minute. */
  readonly tokensPerMinute: number | null;
}

/** What a provider has whose limits nobody has set yet. */
export const noLimits: QueueLimits = {
  slots: null,
  requestsPerSecond: null,
  requestsPerSecondPerSession: null,
  tokensPerMinute: null,
};

/** What is stored of a provider's limits: what holds, and what the configuration said when it was last read. */
export interface StoredLimits {
  readonly current: Partial<QueueLimits>;
  readonly configured: Partial<QueueLimits>;
}

const names = [
  'slots',
  'requestsPerSecond',
  'requestsPerSecondPerSession',
  'tokensPerMinute',
] as const satisfies readonly (keyof QueueLimits)[];

/**
 * The limits that hold after a start. What was set at run time stays until the configuration says something else than it
 * said then; each limit goes by itself.
 */
export function mergeLimits(stored: StoredLimits, configured: QueueLimits): QueueLimits {
  const merged = { ...configured };
  for (const name of names) {
    const [set, before] = [stored.current[name], stored.configured[name]];
    if (set !== undefined && (before === undefined || before === configured[name])) merged[name] = set;
  }
  return merged;
}
