import { plainText } from './plain-text.ts';
import type { ProductClient } from './product-client.ts';

export interface Talk extends AsyncDisposable {
  /** No session begins another turn. */
  stop(): void;
}

/** Lets every session take one turn after the other until it is told to stop. */
export function keepTalking(client: ProductClient, keys: readonly string[]): Talk {
  const over = new AbortController();
  const talk = async (key: string): Promise<void> => {
    for (let turn = 1; !over.signal.aborted; turn += 1)
      await client.ask(key, plainText(`${key} again ${turn}`));
  };
  const all = Promise.allSettled(keys.map(talk));
  const stop = (): void => over.abort();
  return {
    stop,
    [Symbol.asyncDispose]: async () => {
      stop();
      const failed = (await all).find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
