import { InvalidArgumentError, type Command } from 'commander';
import type { LimitsAnswer } from '../client/answers.ts';
import { badUsage } from '../command-error.ts';
import type { CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { formatLimits } from './format-limits.ts';

/** As it is on the command line, where `none` removes a limit. */
type Wish = number | 'none';

interface LimitOptions {
  readonly provider?: string;
  readonly slots?: Wish;
  readonly rps?: Wish;
  readonly sessionRps?: Wish;
  readonly tpm?: Wish;
  readonly json?: true;
}

/** `atrium queue limit`. */
export function limitCommand(parent: Command, io: CommandIo): void {
  parent
    .command('limit')
    .description('change how much of the model may be used at a time; "none" removes a limit')
    .option('--slots <n>', 'calls at once', positiveOrNone)
    .option('--rps <n>', 'calls that begin in a second', positiveOrNone)
    .option('--session-rps <n>', 'calls of one session that begin in a second', positiveOrNone)
    .option('--tpm <n>', 'tokens in a minute', positiveOrNone)
    .option('--provider <name>', 'whose limits (default: the default provider’s)')
    .option('--json', 'print {limits}')
    // `queue` has a --json, too, and takes it wherever it stands.
    .action((_options: LimitOptions, command: Command) =>
      limitQueue(io, command.optsWithGlobals<LimitOptions>()),
    );
}

async function limitQueue(io: CommandIo, options: LimitOptions): Promise<void> {
  const { provider, slots, rps, sessionRps, tpm } = options;
  const limits = {
    slots: limitOf(slots),
    requestsPerSecond: limitOf(rps),
    requestsPerSecondPerSession: limitOf(sessionRps),
    tokensPerMinute: limitOf(tpm),
  };
  if (Object.values(limits).every((limit) => limit === undefined))
    throw badUsage('Say what to limit.', 'Such as --slots 4, --rps 5 or --tpm none.');
  const answer = await io
    .openClient()
    .call<{ readonly limits: LimitsAnswer }>('PUT', '/api/queue/limits', { body: { provider, ...limits } });
  const output = openOutput(io.output);
  if (options.json) return output.json(answer);
  output.line(`Limits: ${formatLimits(answer.limits)}.`);
}

const limitOf = (wish: Wish | undefined): number | null | undefined => (wish === 'none' ? null : wish);

function positiveOrNone(text: string): Wish {
  if (text === 'none') return text;
  const value = /^\d{1,9}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new InvalidArgumentError('It takes a number above 0, or "none".');
}
