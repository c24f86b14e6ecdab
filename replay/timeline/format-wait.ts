/** A duration as a sentence has it: milliseconds under a second, else seconds with one decimal. */
export const formatWait = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`);
