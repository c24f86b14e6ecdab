import type { Command } from 'commander';
import { processIo, type CommandIo } from '../command-io.ts';
import { limitCommand } from '../queue/limit-queue.ts';
import { showQueue, type ShowOptions } from '../queue/show-queue.ts';

const examples = `
Examples:
  atrium queue --watch
  atrium queue limit --slots 4 --rps 5
  atrium queue limit --tpm none

A changed limit holds at once, for all workers, and stays until atrium.yaml says something else than before.
Exit codes: 0 done, 1 failed, 2 bad usage, 3 server not reachable, 4 not allowed, 5 no such provider.`;

/** `atrium queue`: the shared model. */
export function queueCommand(program: Command, io: CommandIo = processIo): void {
  const queue = program
    .command('queue')
    .description('what the shared model is doing, and how much it may')
    .option('--json', 'print {running, waiting, rates, limits, providers}')
    .option('--watch', 'show it again every second')
    .addHelpText('after', examples)
    .action((options: ShowOptions) => showQueue(io, options));
  limitCommand(queue, io);
}
