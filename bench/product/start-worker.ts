import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FakeOpenAi } from '../fake-openai.ts';
import { modelEnvironment } from './open-bench-product.ts';
import { homeEnvironment } from './product.ts';
import { findRoot } from './root.ts';

export interface BenchWorker extends AsyncDisposable {
  readonly pid: number;
}

/** One more worker for model calls, beside the server of this home. Returns once it polls; ended by its own signal. */
export async function startWorker(home: string, model: FakeOpenAi): Promise<BenchWorker> {
  const program = [join(findRoot(), 'cli/atrium.mjs'), 'worker', '--home', home, '--queues', 'inference'];
  const child = spawn(process.execPath, program, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: homeEnvironment(home, modelEnvironment(model)),
  });
  const ended = once(child, 'exit');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => {
      throw new Error('The worker ended at once.');
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
