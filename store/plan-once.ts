import { sql, type RawBuilder } from 'kysely';

/**
 * Begins a statement that is asked so often that planning it each time would cost more than running it: each connection
 * keeps its plan under this name. The text of a statement with a name must never vary.
 */
export const planOnce = (name: string): RawBuilder<unknown> => sql.raw(`/* plan once: ${name} */`);

/** The name that a statement was given, undefined for all others. */
export const planName = (text: string): string | undefined =>
  /^\s*\/\* plan once: ([a-z-]+) \*\//.exec(text)?.[1];
