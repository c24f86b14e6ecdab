import type { ProcessPart, SupervisedPart } from './supervise.ts';

/**
 * Ends this process and the parts that it started at once. What was accepted is on disk; whatever is cut off is done again
 * after the next start. PostgreSQL takes SIGQUIT as "without a checkpoint"; the others just end, a suspended one too,
 * because it is told to go on.
 */
export function forceEnd(parts: readonly SupervisedPart<ProcessPart>[]): never {
  for (const part of parts) {
    const { pid } = part.current();
    try {
      process.kill(pid, 'SIGQUIT');
      process.kill(pid, 'SIGCONT');
    } catch {
      // It has ended already.
    }
  }
  process.exit(1);
}
