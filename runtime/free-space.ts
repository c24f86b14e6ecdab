import { statfs } from 'node:fs/promises';
import type { PartHealth } from '../api/health-report.ts';

/** With less than this nothing of any size can be written; bytes. */
const leastBytes = 50_000_000;

/** Bytes that this account may still write where the folder is; undefined where that cannot be asked. */
export async function findFreeBytes(folder: string): Promise<number | undefined> {
  const facts = await statfs(folder).catch(() => undefined);
  return facts === undefined ? undefined : facts.bavail * facts.bsize;
}

/** Whether there is room for what people say. What was accepted before stays, and goes on when there is room again. */
export async function checkRoom(home: string): Promise<PartHealth> {
  const bytes = await findFreeBytes(home);
  if (bytes === undefined || bytes > leastBytes) return { state: 'ok' };
  const detail = `The disk of the data folder is full (${Math.floor(bytes / 1e6)} MB are free). Make room; what was accepted is kept.`;
  return { state: 'failing', detail };
}
