/**
 * `npm run bench [-- NAME …] [--json] [--rounds N] [--seed N]`: measures the product from outside and prints tables. Exits
 * with 1 when a number is missed.
 */
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import type { Bench, BenchContext } from './measure/bench.ts';
import { formatTable } from './measure/format-table.ts';
import { isMet, ratioOf, type Measurement } from './measure/measurement.ts';
import { endOwnHomes } from './product/abandoned-homes.ts';

interface Chapter {
  readonly name: string;
  readonly title: string;
  readonly measurements: readonly Measurement[];
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seed: { type: 'string' },
  },
});

const context: BenchContext = {
  rounds: values.rounds === undefined ? undefined : Number(values.rounds),
  seed: values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed),
  // Beside the tables, so that they can be read by a program.
  say: (line) => console.error(`  ${line}`),
};

// Ctrl-C leaves nothing running.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void endOwnHomes().finally(() => process.exit(130)));

const chapters: Chapter[] = [];
for (const bench of chosenBenches(positionals)) {
  console.error(`${bench.name}: ${bench.title}`);
  const chapter = await runBench(bench);
  chapters.push(chapter);
  if (!values.json) console.log(`\n${bench.title}\n${formatTable(chapter.measurements)}\n`);
}
if (values.json) console.log(JSON.stringify(chapters.map(withJudgement), null, 2));
const isMissed = chapters.flatMap(({ measurements }) => measurements).some((one) => isMet(one) === false);
process.exitCode = isMissed ? 1 : 0;

function chosenBenches(names: readonly string[]): readonly Bench[] {
  const unknown = names.find((name) => benches.every((bench) => bench.name !== name));
  if (unknown !== undefined) {
    console.error(
      `There is no bench "${unknown}". There are: ${benches.map(({ name }) => name).join(', ')}.`,
    );
    process.exit(2);
  }
  return names.length === 0
    ? benches.filter(({ isOnRequest }) => isOnRequest !== true)
    : benches.filter(({ name }) => names.includes(name));
}

/** A bench that cannot be run is a missed number, and the others go on. */
async function runBench(bench: Bench): Promise<Chapter> {
  const { name, title } = bench;
  try {
    return { name, title, measurements: await bench.run(context) };
  } catch (error) {
    console.error(error);
    const what = `could not be measured: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`;
    const limit = { of: 'value', atMost: 0 } as const;
    return { name, title, measurements: [{ what, value: Number.NaN, unit: 'ms', limit }] };
  }
}

function withJudgement(chapter: Chapter) {
  const judged = chapter.measurements.map((one) => ({ ...one, ratio: ratioOf(one), isMet: isMet(one) }));
  return { ...chapter, measurements: judged };
}
