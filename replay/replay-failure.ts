/** A history that this release's workflow code does not reproduce (I12). The sentence names session and run, no text of it. */
export class ReplayFailure extends Error {
  readonly key: string;
  readonly runId: string;

  constructor(key: string, runId: string, cause: unknown) {
    super(`Cannot replay session ${key}: run ${runId} took another course (${reasonOf(cause)}).`, { cause });
    this.name = 'ReplayFailure';
    this.key = key;
    this.runId = runId;
  }
}

/** The SDK's own sentence names the event and what was expected there. */
const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
