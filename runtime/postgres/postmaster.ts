import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { errorText } from '../../config/error-code.ts';
import { findArguments, isRunning } from '../process-table.ts';

/** What PostgreSQL writes about itself beside the data: its process and the folder of its socket. */
export interface PostmasterNote {
  readonly pid: number;
  readonly socketFolder: string;
}

/** Reads `postmaster.pid`; undefined when there is none or it is not whole. */
export async function readPostmasterNote(dataFolder: string): Promise<PostmasterNote | undefined> {
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , , socketFolder] = text.split('\n');
  if (pid === undefined || !/^\d+$/.test(pid.trim()) || socketFolder === undefined) return undefined;
  return { pid: Number(pid), socketFolder: socketFolder.trim() };
}

/**
 * Whose process the note speaks of. After a crash the number may belong to a stranger, and PostgreSQL would then refuse
 * to start for ever; `hidden` is a process whose arguments this account may not read.
 */
export async function judgeNote(
  note: PostmasterNote,
  dataFolder: string,
): Promise<'ours' | 'stranger' | 'gone' | 'hidden'> {
  if (!(await isRunning(note.pid))) return 'gone';
  const args = await findArguments(note.pid);
  if (args === undefined) return 'hidden';
  return args.join(' ').includes(dataFolder) ? 'ours' : 'stranger';
}

/** A URL that both node's driver and PostgreSQL's own programs take. */
export const socketUrl = (socketFolder: string, database: string): string =>
  `postgresql:///${database}?host=${encodeURIComponent(socketFolder)}&user=atrium`;

/** The data folder of the server behind this socket, or why it does not answer. */
export async function askDataFolder(
  socketFolder: string,
): Promise<{ readonly dataFolder: string } | { readonly problem: string }> {
  try {
    const rows = await query(socketUrl(socketFolder, 'postgres'), 'show data_directory');
    return { dataFolder: String(rows[0]?.['data_directory']) };
  } catch (error) {
    return { problem: errorText(error) };
  }
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
