import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A log file for a child process that outlives us: a pipe would break, and end the child, when this process is killed.
 * Appending keeps it whole when it is cut back in between.
 */
export async function openAppendFile(path: string): Promise<{ readonly fd: number } & AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);
  return { fd: file.fd, [Symbol.asyncDispose]: () => file.close() };
}
