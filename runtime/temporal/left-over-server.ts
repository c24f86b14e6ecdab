import { listProcesses } from '../process-table.ts';

export interface LeftOverServer {
  readonly pid: number;
  readonly port: number;
}

/** The server that already works on this file, left by a start that was killed. Its own arguments say where it listens. */
export async function findLeftOverServer(databaseFile: string): Promise<LeftOverServer | undefined> {
  for (const { pid, args } of await listProcesses()) {
    const line = args.join(' ');
    if (!line.includes(`start-dev`) || !line.includes(`--db-filename ${databaseFile} `)) continue;
    const port = /--port (\d+)/.exec(line)?.[1];
    if (port !== undefined) return { pid, port: Number(port) };
  }
  return undefined;
}
