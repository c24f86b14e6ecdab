import { running } from './global-setup.ts';

export default async function globalTeardown(): Promise<void> {
  running.users -= 1;
  if (running.users > 0) return;
  await running.servers?.stop();
  delete running.servers;
}
