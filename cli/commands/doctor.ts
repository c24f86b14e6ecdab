import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import type { Check } from '../../runtime/doctor/check.ts';
import { runChecks } from '../../runtime/doctor/run-checks.ts';
import { exitCodes } from '../exit-code.ts';
import { neutraliseText } from '../output/neutralise.ts';
import { openOutput, type Output } from '../output/output.ts';

interface DoctorFlags {
  readonly home?: string;
  readonly json?: boolean;
}

/** `atrium doctor`: every part, its version and what to do. Exit code 1 when one is broken. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check every part and say what to do')
    .option('--home <folder>', 'data folder (default: ATRIUM_HOME or ~/.atrium)')
    .option('--json', 'print JSON')
    .action(async ({ home, json }: DoctorFlags) => {
      const config = loadConfig(home === undefined ? {} : { home });
      const checks = await runChecks(config);
      const isHealthy = checks.every(({ state }) => state !== 'broken');
      const output = openOutput();
      if (json === true) output.json({ healthy: isHealthy, checks });
      else for (const check of checks) printCheck(output, check);
      process.exitCode = isHealthy ? exitCodes.done : exitCodes.failed;
    });
}

const marks = { ok: '✓', off: '–', warning: '!', broken: '✗' } as const;
const widestPart = 14;

function printCheck({ line, colours }: Output, { part, state, version, detail, advice }: Check): void {
  const paint = { ok: colours.green, off: colours.dim, warning: colours.yellow, broken: colours.red }[state];
  const facts = version === null ? detail : `${version} · ${detail}`;
  line(`${paint(marks[state])} ${part.padEnd(widestPart)}${neutraliseText(facts)}`);
  if (advice !== null) line(`${' '.repeat(widestPart + 2)}→ ${neutraliseText(advice)}`);
}
