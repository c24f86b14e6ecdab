import { setTimeout as sleep } from 'node:timers/promises';
import { killProcesses, listHomeProcesses, type Part } from '../product/processes.ts';
import type { Product } from '../product/product.ts';
import { shuffle, type Random } from './random.ts';

/** What is killed: everything that belongs to the home, or one part, which its supervisor then starts again. */
export type Target = 'everything' | 'worker' | 'temporal';

/** Every target equally often, in an order of chance. */
export function planTargets(random: Random, rounds: number): readonly Target[] {
  const targets: Target[] = [];
  while (targets.length < rounds)
    targets.push(...shuffle<Target>(random, ['everything', 'worker', 'temporal']));
  return targets.slice(0, rounds);
}

/** SIGKILL; returns the server that runs then. Resolves once the part is there again, and everything is ready. */
export async function strike(
  target: Target,
  product: Product,
  start: () => Promise<Product>,
): Promise<Product> {
  if (target === 'everything') {
    await product.kill();
    return start();
  }
  const pids = await findPids(product.home, target);
  await killProcesses(pids);
  await untilBack(product.home, target, pids);
  return product;
}

async function findPids(home: string, part: Part): Promise<readonly number[]> {
  return (await listHomeProcesses(home)).filter((process) => process.part === part).map(({ pid }) => pid);
}

/** Waits until the part runs again, as another process. */
async function untilBack(home: string, part: Part, killed: readonly number[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const pids = await findPids(home, part);
    if (pids.some((pid) => !killed.includes(pid))) return;
    if (Date.now() > deadline) throw new Error(`The ${part} was killed and did not come back.`);
    await sleep(100);
  }
}
