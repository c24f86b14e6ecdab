import { setTimeout } from 'node:timers/promises';
import { isSignedIn } from '../../engine/sign-in.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Credential } from './guard-requests.ts';

/** How often a browser that follows a stream is asked for again: any process may have signed it out. Milliseconds. */
const lookEveryMs = 3_000;

/** Aborts soon after the browser was signed out; looks until `gone` aborts. A token does not end. */
export function whenSignedOut(
  engine: Pick<Engine, 'database' | 'now'>,
  credential: Credential,
  gone: AbortSignal,
): AbortSignal {
  const ended = new AbortController();
  if (credential.kind === 'cookie') void watch(engine, credential.secret, gone, ended);
  return ended.signal;
}

async function watch(
  engine: Pick<Engine, 'database' | 'now'>,
  secret: string,
  gone: AbortSignal,
  ended: AbortController,
): Promise<void> {
  while (!gone.aborted) {
    await setTimeout(lookEveryMs, undefined, { signal: gone }).catch(() => undefined);
    if (gone.aborted) return;
    // A database that is away says nothing; the next look does.
    const isIn = await isSignedIn(engine, secret).catch(() => true);
    if (!isIn) return ended.abort();
  }
}
