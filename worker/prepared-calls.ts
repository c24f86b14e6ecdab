import type { CallContext, PreparedCall } from '../workflows/protocol.ts';

/** More calls than wait for a slot of one process at a time; older ones are asked for by query. */
const longest = 256;

/**
 * Contexts on their way from a session to its model call within one process. A context is taken once, by the call's first
 * attempt; whoever finds none asks the workflow.
 */
export class PreparedCalls {
  readonly #contexts = new Map<string, CallContext>();

  put({ session, call, context }: PreparedCall): void {
    this.#contexts.set(idOf(session, call), context);
    if (this.#contexts.size <= longest) return;
    for (const oldest of this.#contexts.keys()) {
      this.#contexts.delete(oldest);
      return;
    }
  }

  take(session: string, call: string): CallContext | undefined {
    const id = idOf(session, call);
    const context = this.#contexts.get(id);
    this.#contexts.delete(id);
    return context;
  }
}

const idOf = (session: string, call: string): string => `${session} ${call}`;
