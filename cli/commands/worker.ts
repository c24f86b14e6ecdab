import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import { runWorkerProcess } from '../../runtime/run-worker-process.ts';
import type { QueueName } from '../../worker/run-workers.ts';
import { badUsage } from '../command-error.ts';

interface WorkerFlags {
  readonly home?: string;
  readonly queues: readonly QueueName[];
}

const allQueues: readonly QueueName[] = ['sessions', 'inference', 'tools'];

/** `atrium worker`: serves task queues until it is told to stop. */
export function workerCommand(program: Command): void {
  program
    .command('worker')
    .description('serve task queues (production: as many of these as you like)')
    .option('--queues <names>', `which, separated by commas: ${allQueues.join(', ')}`, parseQueues, allQueues)
    .option('--home <folder>', 'data folder (default: ATRIUM_HOME or ~/.atrium)')
    .action(({ home, queues }: WorkerFlags) =>
      runWorkerProcess({
        config: loadConfig(home === undefined ? {} : { home }),
        queues,
        progress: console.log,
      }),
    );
}

function parseQueues(text: string): readonly QueueName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isQueue(name));
  if (unknown !== undefined)
    throw badUsage(`There is no queue "${unknown}".`, `The queues are ${allQueues.join(', ')}.`);
  return names.filter(isQueue);
}

const isQueue = (name: string): name is QueueName => allQueues.some((queue) => queue === name);
