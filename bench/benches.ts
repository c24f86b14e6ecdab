import { flood } from './benches/flood.ts';
import { history } from './benches/history.ts';
import { idle } from './benches/idle.ts';
import { kill } from './benches/kill.ts';
import { latency } from './benches/latency.ts';
import { limits } from './benches/limits.ts';
import { manySessions } from './benches/many-sessions.ts';
import { memory } from './benches/memory.ts';
import { outage } from './benches/outage.ts';
import { resume } from './benches/resume.ts';
import { storm } from './benches/storm.ts';
import { tokenLimit } from './benches/token-limit.ts';
import { throughput } from './benches/throughput.ts';
import { workload } from './benches/workload.ts';
import type { Bench } from './measure/bench.ts';

/** Every bench in the order of the tables. */
export const benches: readonly Bench[] = [
  latency,
  throughput,
  workload,
  history,
  idle,
  memory,
  manySessions,
  resume,
  kill,
  flood,
  limits,
  tokenLimit,
  storm,
  outage,
];
