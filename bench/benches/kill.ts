/** Nothing is lost, however often and wherever it is killed: the long form of the system test. */
import type { Bench, BenchContext } from '../measure/bench.ts';
import type { Measurement } from '../measure/measurement.ts';
import { runNothingLost } from '../nothing-lost/run.ts';

export const kill: Bench = {
  name: 'kill',
  title: 'Twenty sessions talk while processes are killed',
  isOnRequest: true,
  run: measureKill,
};

async function measureKill({ rounds = 12, seed, say }: BenchContext): Promise<readonly Measurement[]> {
  const report = await runNothingLost({ rounds, seed, say });
  for (const breach of report.breaches) say(breach);
  if (report.verifyCode !== 0) say(report.verifyOutput);
  const none = { of: 'value', atMost: 0 } as const;
  return [
    { what: 'messages accepted', value: report.acceptedCount, unit: 'rows' },
    { what: 'refused because too many waited', value: report.refusedCount, unit: 'rows' },
    { what: 'model requests', value: report.requestCount, unit: 'rows' },
    {
      what: 'lost, doubled, out of order or in another session',
      value: report.breaches.length,
      unit: 'rows',
      limit: none,
    },
    { what: 'exit code of atrium verify', value: report.verifyCode ?? Number.NaN, unit: 'rows', limit: none },
    {
      what: 'start after everything was killed, slowest',
      value: Math.max(0, ...report.restartMs) / 1000,
      unit: 's',
    },
  ];
}
