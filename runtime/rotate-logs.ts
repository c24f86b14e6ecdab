import { copyFile, readdir, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

export interface RotationOptions {
  readonly maxBytes: number;
  /** Older files kept beside each. */
  readonly keep: number;
  readonly everyMs: number;
}

const usual: RotationOptions = { maxBytes: 10_000_000, keep: 3, everyMs: 60_000 };

/**
 * Keeps every `*.log` of the folder bounded. Their writers hold them open for years and append, so a full one is copied
 * and cut back in place; a line that is written between the two steps is lost, which is the price for needing nothing of
 * the writers.
 */
export function startLogRotation(folder: string, options: RotationOptions = usual): Disposable {
  const timer = setInterval(() => {
    rotateLogs(folder, options).catch(() => undefined);
  }, options.everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** One look at all files of the folder. */
export async function rotateLogs(folder: string, { maxBytes, keep }: RotationOptions = usual): Promise<void> {
  for (const name of (await readdir(folder)).filter((entry) => entry.endsWith('.log'))) {
    const path = join(folder, name);
    if ((await stat(path)).size <= maxBytes) continue;
    for (let number = keep - 1; number > 0; number -= 1)
      await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(() => undefined);
    await copyFile(path, `${path}.1`);
    await truncate(path);
  }
}
