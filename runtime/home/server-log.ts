import { createWriteStream } from 'node:fs';
import type { LogStream } from '../../api/app-options.ts';
import { logFile } from './prepare-home.ts';

/** Appends to the home's `server.log`. A disk that is full costs lines, never the server. */
export function openServerLog(home: string): LogStream & AsyncDisposable {
  const stream = createWriteStream(logFile(home, 'server'), { flags: 'a', mode: 0o600 });
  stream.on('error', () => undefined);
  return {
    write: (line) => void stream.write(line.endsWith('\n') ? line : `${line}\n`),
    [Symbol.asyncDispose]: () => new Promise((resolve) => void stream.end(() => resolve())),
  };
}
