/** What the server costs while nobody talks to it, beside a Temporal server that nobody uses. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from '../../config/environment.ts';
import { findTemporal } from '../../runtime/binaries/find-temporal.ts';
import { openTemporal } from '../../runtime/temporal/open-temporal.ts';
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { sum } from '../measure/statistics.ts';
import { makeHome, removeHome } from '../product/home.ts';
import { openBenchProduct } from '../product/open-bench-product.ts';
import { readCpuMs, readPssBytes, type HomeProcess } from '../product/processes.ts';
import { runSessions } from '../product/run-sessions.ts';

export const idle: Bench = {
  name: 'idle',
  title: 'Nobody talks',
  run: measureIdle,
};

const windowMs = 60_000;
const settleMs = 10_000;

async function measureIdle({ say }: BenchContext): Promise<readonly Measurement[]> {
  await using bench = await openBenchProduct();
  const product = await bench.start();
  await runSessions(product.client, { sessions: 20, turns: 2 });
  await using bare = await openBareTemporal(say);
  say(`${(settleMs + windowMs) / 1000} s of silence`);
  await sleep(settleMs);
  const processes = await product.processes();
  const pids = [...processes.map(({ pid }) => pid), bare.pid];
  const before = await readAll(pids, readCpuMs);
  await sleep(windowMs);
  const after = await readAll(pids, readCpuMs);
  const used = (pid: number): number => ((after.get(pid) ?? 0) - (before.get(pid) ?? 0)) / (windowMs / 100);
  const memory = await readAll(pids, readPssBytes);
  return report(processes, { used, bareUsed: used(bare.pid), memory });
}

interface Readings {
  readonly used: (pid: number) => number;
  readonly bareUsed: number;
  readonly memory: ReadonlyMap<number, number>;
}

function report(processes: readonly HomeProcess[], readings: Readings): readonly Measurement[] {
  const { used, bareUsed, memory } = readings;
  const megabytes = ({ pid }: HomeProcess): number => (memory.get(pid) ?? 0) / 1e6;
  const parts = [...new Set(processes.map(({ part }) => part))].map((part): Measurement => {
    const own = processes.filter((process) => process.part === part);
    return {
      what: `memory (PSS): ${part}`,
      value: sum(own.map(megabytes)),
      unit: 'MB',
      note: `${own.length} processes, ${sum(own.map(({ pid }) => used(pid))).toFixed(2)} % of a core`,
    };
  });
  return [
    {
      what: 'processor above an idle Temporal server',
      value: sum(processes.map(({ pid }) => used(pid))) - bareUsed,
      unit: '% of a core',
      limit: { of: 'value', atMost: 2 },
      note: `Temporal alone ${bareUsed.toFixed(2)} %`,
    },
    {
      what: 'memory (PSS) of all processes',
      value: sum(processes.map(megabytes)),
      unit: 'MB',
      limit: { of: 'value', atMost: 500 },
    },
    ...parts,
  ];
}

async function readAll(
  pids: readonly number[],
  read: (pid: number) => Promise<number>,
): Promise<ReadonlyMap<number, number>> {
  return new Map(await Promise.all(pids.map(async (pid) => [pid, await read(pid)] as const)));
}

async function openBareTemporal(say: (line: string) => void) {
  const home = await makeHome();
  const { searchPath, cacheFolder, temporalCli } = readEnvironment(process.env);
  const cli = await findTemporal({ searchPath, cacheFolder, named: temporalCli }, say);
  const temporal = await openTemporal({ cli, home, logFile: join(home, 'temporal.log') }, say);
  return {
    pid: temporal.pid,
    async [Symbol.asyncDispose]() {
      await temporal.stop();
      await removeHome(home);
    },
  };
}
