import type { Command } from 'commander';
import { processIo, type CommandIo } from '../command-io.ts';
import { limitCommand } from '../queue/limit-queue.ts';

const examples = `
Examples:
  atrium queue limit --slots 4 --rps 5
  atrium queue limit --tpm none

A changed limit holds at once, for all workers, and stays until atrium.yaml says something else than before.
Exit codes: 0 done, 1 failed, 2 bad usage, 3 server not reachable, 4 not allowed, 5 no such provider.`;

/** `atrium queue`: the shared model. */
export function queueCommand(program: Command, io: CommandIo = processIo): void {
  const queue = program
    .command('queue')
    .description('how much the shared model may do')
    .addHelpText('after', examples);
  limitCommand(queue, io);
}
