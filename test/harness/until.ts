import { setTimeout as wait } from 'node:timers/promises';

/** Looks again and again until `look` finds something, and returns it; fails with a sentence after the deadline. */
export async function until<Found>(
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
  options: { readonly what: string; readonly deadlineMs?: number; readonly everyMs?: number },
): Promise<Found> {
  const deadline = Date.now() + (options.deadlineMs ?? 20_000);
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${options.what}.`);
    await wait(options.everyMs ?? 20);
  }
}
