/**
 * What a person typed into a session, for the arrow keys. It is kept under ATRIUM_HOME, for its owner's eyes only; where
 * there is no home on this machine it is not kept.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folderOf = (home: string): string => join(home, 'chat-history');
const fileOf = (home: string, key: string): string => join(folderOf(home), `${key}.json`);

/** The lines of a session, the newest first. What cannot be read counts as none. */
export function loadChatHistory(home: string, key: string): string[] {
  try {
    const lines: unknown = JSON.parse(readFileSync(fileOf(home, key), 'utf8'));
    return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}

/** Keeps the lines. A history is no reason to stop a chat: where it cannot be written it is not kept. */
export function saveChatHistory(home: string, key: string, lines: readonly string[]): void {
  if (!existsSync(home)) return;
  const draft = `${fileOf(home, key)}.${process.pid}`;
  try {
    mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify(lines), { mode: 0o600 });
    renameSync(draft, fileOf(home, key));
  } catch {
    rmSync(draft, { force: true });
  }
}

/** Goes with its session. */
export function removeChatHistory(home: string, key: string): void {
  rmSync(fileOf(home, key), { force: true });
}
