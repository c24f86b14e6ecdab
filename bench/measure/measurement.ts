/** One number of the table, and what it has to be. */
export interface Measurement {
  /** What was measured, in words that stand alone. */
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** The same without the product, measured in the same run. */
  readonly floor?: number;
  readonly limit?: Limit;
  /** What a reader needs to know to read the number. */
  readonly note?: string;
}

export type Unit =
  | 'ms'
  | 's'
  | 'turns/s'
  | 'calls'
  | 'calls/s'
  | 'tokens'
  | 'events'
  | 'bytes'
  | 'kB'
  | 'MB'
  | 'rows'
  | '×'
  | '% of a core';

/** `ratio` limits compare value and floor. */
export type Limit =
  | { readonly of: 'value' | 'ratio'; readonly atMost: number }
  | { readonly of: 'value' | 'ratio'; readonly atLeast: number };

/** Value over floor; undefined without a floor. */
export const ratioOf = ({ value, floor }: Measurement): number | undefined =>
  floor === undefined || floor === 0 ? undefined : value / floor;

/** Whether the number is as it has to be; undefined when nothing is asked of it. */
export function isMet(measurement: Measurement): boolean | undefined {
  const { limit } = measurement;
  if (limit === undefined) return undefined;
  const judged = limit.of === 'value' ? measurement.value : ratioOf(measurement);
  if (judged === undefined || Number.isNaN(judged)) return false;
  return 'atMost' in limit ? judged <= limit.atMost : judged >= limit.atLeast;
}

/** Two lines of the table: what was measured must be neither more nor less than that. */
export const within = (
  measured: Measurement,
  limit: { readonly of: Limit['of']; readonly atLeast: number; readonly atMost: number },
): readonly Measurement[] => {
  const { of, atLeast, atMost } = limit;
  return [
    { ...measured, limit: { of, atMost } },
    { ...measured, what: 'the same, at least', limit: { of, atLeast } },
  ];
};
