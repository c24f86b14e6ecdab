import type { Command } from 'commander';
import { answerApproval, listApprovals } from '../client/approvals.ts';
import { processIo, type CommandIo } from '../command-io.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput } from '../output/output.ts';
import { printApprovals } from '../tools/print-approvals.ts';

const examples = `
Examples:
  atrium approvals list
  atrium approvals allow ID

A call that nobody answers counts as denied after a day, or what tools.approvalExpiresAfter says.
Exit codes: 0 done, 1 failed, 2 bad usage, 3 server not reachable, 4 not allowed, 5 nothing waits for this approval.`;

/** `atrium approvals`: calls of tools that wait for a person. */
export function approvalsCommand(program: Command, io: CommandIo = processIo): void {
  const approvals = program
    .command('approvals')
    .description('what tools wait for your approval')
    .addHelpText('after', examples);
  approvals
    .command('list', { isDefault: true })
    .description('what waits, the oldest first')
    .option('--json', 'print {items}')
    .action(async ({ json }: JsonFlag) => {
      const items = await listApprovals(io.openClient());
      const output = openOutput(io.output);
      if (json) output.json({ items });
      else printApprovals(output, items);
    });
  answerCommand(approvals, io, { name: 'allow', description: 'let it be done', allow: true });
  answerCommand(approvals, io, { name: 'deny', description: 'do not let it be done', allow: false });
}

interface JsonFlag {
  readonly json?: true;
}

function answerCommand(
  parent: Command,
  io: CommandIo,
  {
    name,
    description,
    allow,
  }: { readonly name: string; readonly description: string; readonly allow: boolean },
): void {
  parent
    .command(name)
    .description(description)
    .argument('<id>', 'as listed')
    .option('--json', 'print {id, session, turn}')
    .action(async (id: string, { json }: JsonFlag) => {
      const answered = await answerApproval(io.openClient(), id, allow);
      const output = openOutput(io.output);
      if (json) return output.json(answered);
      const what = allow ? 'Allowed' : 'Denied';
      output.line(`${what}. Turn ${answered.turn} of session ${neutraliseLine(answered.session)} goes on.`);
    });
}
