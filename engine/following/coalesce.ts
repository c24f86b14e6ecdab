/**
 * Runs something one at a time. The promise settles with a run that began after the call; calls during a run share the
 * one that follows it.
 */
export function coalesce(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  async function begin(): Promise<void> {
    next = undefined;
    const own = run();
    running = own;
    try {
      await own;
    } finally {
      if (running === own) running = undefined;
    }
  }
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return begin();
    next = running.then(begin, begin);
    return next;
  };
}
