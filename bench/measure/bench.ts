import type { Measurement } from './measurement.ts';

/** One chapter of the tables. */
export interface Bench {
  /** What `npm run bench -- NAME` takes. */
  readonly name: string;
  readonly title: string;
  /** Takes long, or is for one question: only runs when it is named. */
  readonly isOnRequest?: boolean;
  run(context: BenchContext): Promise<readonly Measurement[]>;
}

export interface BenchContext {
  /** Of `--rounds`; undefined: as many as the bench finds right. */
  readonly rounds: number | undefined;
  /** Of `--seed`: what is random is so in the same way again. */
  readonly seed: number;
  /** Tells the person at the terminal what is being done now. */
  readonly say: (line: string) => void;
}
