import type { Config } from '../config/config.ts';
import { createSignInLink } from '../engine/sign-in.ts';
import { openModels, type ModelsReport } from '../models/open-models.ts';
import { forceEnd } from './force-end.ts';
import { outliveOutput } from './outlive-output.ts';
import type { Progress } from './progress.ts';
import { listenForShutdown } from './shutdown.ts';
import { startServer } from './start-server.ts';
import type { ProcessPart, SupervisedPart } from './supervise.ts';

/** What the person at the terminal is told once everything runs. */
export interface Welcome {
  readonly url: string;
  readonly signInLink: string;
  readonly home: string;
  readonly model: ModelsReport;
}

export interface ServerRun {
  readonly config: Config;
  readonly progress: Progress;
  readonly welcome: (facts: Welcome) => void;
}

/** The whole server as a process: starts everything, stays until a signal, closes everything in reverse order. */
export async function runServer({ config, progress, welcome }: ServerRun): Promise<void> {
  outliveOutput();
  const parts: SupervisedPart<ProcessPart>[] = [];
  using shutdown = listenForShutdown(() => forceEnd(parts));
  const startedAt = Date.now();
  const closing = shutdown.signal;
  try {
    const model = openModels(config.models).check();
    await using server = await startServer({ config, closing, progress, parts });
    progress(`Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
    const signInLink = await createSignInLink(server.engine, config.server.publicUrl ?? server.url);
    welcome({ url: server.url, signInLink: signInLink.url, home: config.home, model: await model });
    await shutdown.requested;
    progress('Stopping …');
  } catch (error) {
    // Called off by Ctrl-C: what had been opened is closed, and that is what was wanted.
    if (!closing.aborted) throw error;
  }
  progress('Stopped.');
}
