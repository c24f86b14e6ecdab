/** What `atrium doctor` says of one part. */
export interface Check {
  readonly part: string;
  /** `off`: not needed, or not yet. `broken`: Atrium cannot work like this. */
  readonly state: 'ok' | 'off' | 'warning' | 'broken';
  /** Null when the part has none or it could not be found out. */
  readonly version: string | null;
  /** What was found, in a sentence. */
  readonly detail: string;
  /** What to do about it; null when nothing is to be done. */
  readonly advice: string | null;
}

interface Finding {
  readonly version?: string | undefined;
  readonly detail: string;
  readonly advice?: string | undefined;
}

/** One finding in its full form. */
export const found = (part: string, state: Check['state'], { version, detail, advice }: Finding): Check => ({
  part,
  state,
  version: version ?? null,
  detail,
  advice: advice ?? null,
});
