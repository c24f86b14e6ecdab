import type { Command } from 'commander';
import type { ToolListAnswer } from '../client/answers.ts';
import { processIo, type CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { printTools } from '../tools/print-tools.ts';

const examples = `
Exit codes: 0 done, 1 failed, 2 bad usage, 3 server not reachable, 4 not allowed.`;

/** `atrium tools`: what models may use, and how the servers are that it comes from. */
export function toolsCommand(program: Command, io: CommandIo = processIo): void {
  program
    .command('tools')
    .description('what models may use, and the servers that it comes from')
    .option('--json', 'print {items, servers}')
    .addHelpText('after', examples)
    .action(async ({ json }: { readonly json?: true }) => {
      const answer = await io.openClient().call<ToolListAnswer>('GET', '/api/tools');
      const output = openOutput(io.output);
      if (json) output.json(answer);
      else printTools(output, answer);
    });
}
