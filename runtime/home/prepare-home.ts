import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';

/**
 * Makes the data folder where there is none. Others may not look inside; under root they may pass through, because
 * PostgreSQL, which lives in it, runs as another user. Throws AtriumError `bad-home`.
 */
export async function prepareHome(home: string): Promise<void> {
  try {
    const isThere = await stat(home).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    if (!isThere) {
      await mkdir(home, { recursive: true });
      await chmod(home, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    await mkdir(logFolder(home), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new AtriumError(
      'invalid',
      'bad-home',
      `Cannot use ${home} as the data folder: ${errorText(error)}.`,
      {
        cause: error,
      },
    );
  }
}

export const logFolder = (home: string): string => join(home, 'logs');

/** The file that takes what one part of the server has to say. */
export const logFile = (home: string, part: 'server' | 'worker' | 'postgres' | 'temporal'): string =>
  join(logFolder(home), `${part}.log`);
