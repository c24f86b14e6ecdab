import type { LimitsAnswer } from '../client/answers.ts';

const units = {
  slots: 'at once',
  requestsPerSecond: 'calls a second',
  requestsPerSecondPerSession: 'calls a second for one session',
  tokensPerMinute: 'tokens a minute',
} as const satisfies Record<keyof LimitsAnswer, string>;

/** Such as `4 at once, 100,000 tokens a minute`. */
export function formatLimits(limits: LimitsAnswer): string {
  const parts = Object.entries(units).flatMap(([name, unit]) => {
    const limit = limits[name as keyof LimitsAnswer];
    return limit === null ? [] : [`${limit.toLocaleString('en')} ${unit}`];
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}
