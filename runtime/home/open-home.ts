import type { Config } from '../../config/config.ts';
import type { Secret } from '../../config/secret.ts';
import type { ClosingStack } from '../closing-stack.ts';
import { startLogRotation } from '../rotate-logs.ts';
import { lockHome, type HomeLock } from './lock-home.ts';
import { logFolder, prepareHome } from './prepare-home.ts';
import { prepareToken } from './prepare-token.ts';

export interface OpenHome {
  readonly lock: HomeLock;
  readonly token: Secret;
}

/** Makes the home ready and this process its only server. Throws AtriumError `bad-home` or `home-in-use`. */
export async function openHome(config: Config, stack: ClosingStack): Promise<OpenHome> {
  await prepareHome(config.home);
  const lock = stack.use(await lockHome(config.home));
  const token = await prepareToken(config);
  stack.use(startLogRotation(logFolder(config.home)));
  return { lock, token };
}
