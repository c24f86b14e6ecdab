/** Tells when this process is to stop. */
export interface Shutdown extends Disposable {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Settles at the first signal. */
  readonly requested: Promise<void>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal and npm both pass on one Ctrl-C: what comes this soon after the first is the same wish; milliseconds. */
const sameWishMs = 700;

/** Listens for the signals that end a program. A second one calls `force`. */
export function listenForShutdown(force: () => void): Shutdown {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      firstAt = Date.now();
      controller.abort();
    } else if (Date.now() - firstAt > sameWishMs) force();
  };
  for (const name of signals) process.on(name, onSignal);
  const requested = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return {
    signal: controller.signal,
    requested,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
