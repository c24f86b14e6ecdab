import { openSharedServers, type OpenServers } from './servers.ts';

interface JestConfig {
  readonly rootDir: string;
}

/** Shared with the teardown, which Jest runs in the same process. */
export const running: { servers?: OpenServers; users: number } = { users: 0 };

/** Jest calls this once for each project that needs servers; they all use the same ones. */
export default async function globalSetup({ rootDir }: JestConfig): Promise<void> {
  running.users += 1;
  running.servers ??= await openSharedServers(rootDir);
}
