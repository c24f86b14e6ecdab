import type { MessageAnswer } from '../client/answers.ts';
import { sessionPath, type Client } from '../client/client.ts';

/** One step of a session's past, as far as the text shows it; `--json` prints all that the server says. */
export interface StepAnswer {
  readonly n: number;
  readonly at: string;
  readonly kind: string;
  readonly title: string;
  readonly turn: number | null;
  readonly waitedMs?: number;
}

/** Everything that the session knew at a step. */
export interface MomentAnswer {
  readonly step: StepAnswer;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly transcript: readonly MessageAnswer[];
  readonly inbox: readonly { readonly id: string; readonly text?: string }[];
  /** The newest model call at or before the step; null before the first. */
  readonly context: {
    readonly instructions: string | null;
    readonly messages: readonly { readonly role: string; readonly text: string }[];
    readonly tokens: number;
  } | null;
}

const pageSize = 5000;

/** All steps of a session, the oldest first. */
export async function listSteps(client: Client, key: string): Promise<readonly StepAnswer[]> {
  const steps: StepAnswer[] = [];
  for (;;) {
    const path = sessionPath(key, `/timeline?from=${steps.length}&limit=${pageSize}`);
    const { items } = await client.call<{ readonly items: readonly StepAnswer[] }>('GET', path);
    steps.push(...items);
    if (items.length < pageSize) return steps;
  }
}

/** The state at a step. Throws `notFound` past the last one. */
export function loadMoment(client: Client, key: string, n: number): Promise<MomentAnswer> {
  return client.call<MomentAnswer>('GET', sessionPath(key, `/timeline/${n}`));
}
