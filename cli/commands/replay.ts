import type { Command } from 'commander';
import { processIo, type CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { wholeNumber } from '../parse-number.ts';
import { listSteps, loadMoment } from '../replay/load-timeline.ts';
import { printMoment } from '../replay/print-moment.ts';
import { printSteps } from '../replay/print-steps.ts';

interface ReplayOptions {
  readonly at?: number;
  readonly json?: true;
}

const explanation = `
A session's histories are replayed, without asking a model, and every step is shown: what arrived, how long it waited, what
the model was asked and what it gave, how each turn ended. The number of a step never changes; --at shows everything that
the session knew at that step, and what the model was shown last.

Examples:
  atrium replay home
  atrium replay home --at 12
  atrium replay home --json | jq '.items[] | select(.kind == "failed")'

Exit codes: 0 done, 1 failed, 3 server not reachable, 4 not allowed, 5 no such session or step.`;

/** `atrium replay`: what happened in a session, step by step. */
export function replayCommand(program: Command, io: CommandIo = processIo): void {
  program
    .command('replay')
    .description('show what happened in a session, step by step')
    .argument('<key>', 'the session')
    .option('--at <n>', 'the state at this step instead of the steps', wholeNumber(0, 999_999_999))
    .option('--json', 'print {items}, or with --at {step, facts, transcript, inbox, context, added}')
    .addHelpText('after', explanation)
    .action((key: string, options: ReplayOptions) => replay(io, key, options));
}

async function replay(io: CommandIo, key: string, { at, json }: ReplayOptions): Promise<void> {
  const client = io.openClient();
  const output = openOutput(io.output);
  if (at === undefined) {
    const items = await listSteps(client, key);
    if (json) output.json({ items });
    else printSteps(output, items);
    return;
  }
  const moment = await loadMoment(client, key, at);
  if (json) output.json(moment);
  else printMoment(output, moment);
}
