import type { ProcessPart, SupervisedPart } from './supervise.ts';

/**
 * Ends this process and the parts that it started at once. What was accepted is on disk; whatever is cut off is done again
 * after the next start. PostgreSQL takes SIGQUIT as "without a checkpoint"; the others just end.
 */
export function forceEnd(parts: readonly SupervisedPart<ProcessPart>[]): never {
  for (const part of parts) {
    try {
      process.kill(part.current().pid, 'SIGQUIT');
    } catch {
      // It has ended already.
    }
  }
  process.exit(1);
}
