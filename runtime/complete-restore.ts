import type { Config } from '../config/config.ts';
import { owner } from '../engine/caller.ts';
import type { Engine } from '../engine/engine.ts';
import { rebuildProjection } from '../engine/past/rebuild-projection.ts';
import { awaitsRebuild, finishRestore } from './backup/restore-backup.ts';
import type { Progress } from './progress.ts';

export interface RestoreOptions {
  readonly config: Config;
  readonly progress: Progress;
}

/** The last step of a start from a backup: the projection, which no backup holds, is made from the histories. */
export async function completeRestore(engine: Engine, { config, progress }: RestoreOptions): Promise<void> {
  if (!(await awaitsRebuild(config.home))) return;
  progress('Making lists and transcripts anew from the histories …');
  for await (const step of rebuildProjection(engine, owner)) {
    if (step.kind === 'progress') continue;
    for (const { key, reason } of step.failures) progress(`Session ${key} could not be rebuilt: ${reason}`);
  }
  await finishRestore(config.home);
}
