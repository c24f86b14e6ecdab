import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../config/error-code.ts';
import type { Config } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';

export const tokenFile = (home: string): string => join(home, 'token');

/** The owner's token: the one that was set, else the home's own, made on the first start for its owner's eyes only. */
export async function prepareToken(config: Config): Promise<Secret> {
  if (config.token !== null) return config.token;
  try {
    await writeFile(tokenFile(config.home), `${randomBytes(32).toString('base64url')}\n`, {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  return new Secret((await readFile(tokenFile(config.home), 'utf8')).trim());
}
