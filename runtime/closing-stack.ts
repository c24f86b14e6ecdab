/**
 * What has been opened so far, closed in reverse order. Node 20 has no AsyncDisposableStack. One that fails to close does
 * not keep the others open.
 */
export class ClosingStack implements AsyncDisposable {
  #steps: (() => PromiseLike<void> | void)[] = [];

  /** Takes charge of something disposable and hands it back. */
  use<Opened extends AsyncDisposable | Disposable>(opened: Opened): Opened {
    this.defer(() =>
      Symbol.asyncDispose in opened ? opened[Symbol.asyncDispose]() : opened[Symbol.dispose](),
    );
    return opened;
  }

  /** Runs `close` when the stack is closed. */
  defer(close: () => PromiseLike<void> | void): void {
    this.#steps.push(close);
  }

  /** Hands everything over to a new stack: this one closes nothing any more. */
  move(): ClosingStack {
    const next = new ClosingStack();
    next.#steps = this.#steps;
    this.#steps = [];
    return next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (;;) {
      const close = this.#steps.pop();
      if (close === undefined) break;
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
