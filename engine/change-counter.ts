/** Counts changes, and lets others wait for the next one. */
export class ChangeCounter {
  #count = 0;
  readonly #waiting = new Set<() => void>();

  get count(): number {
    return this.#count;
  }

  increment(): void {
    this.#count += 1;
    // A copy: who is woken may wait again at once.
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when there are more changes than `seen`, when the signal aborts, or after the time. Never rejects. */
  async waitBeyond(seen: number, signal: AbortSignal, timeoutMs?: number): Promise<void> {
    if (this.#count > seen || signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    let wake = (): void => undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (timeoutMs !== undefined) timer = setTimeout(wake, timeoutMs);
    });
    clearTimeout(timer);
    this.#waiting.delete(wake);
    signal.removeEventListener('abort', wake);
  }
}
