import { createServer } from 'node:net';
import { access, constants, stat } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { errorCode, errorText } from '../../config/error-code.ts';
import { tokenFile } from '../home/prepare-token.ts';
import type { ServerNote } from '../home/server-note.ts';
import { found, type Check } from './check.ts';

export async function checkHome({ home, configFile }: Config): Promise<Check> {
  const configured = configFile === null ? 'no atrium.yaml' : `configuration ${configFile}`;
  const facts = await stat(home).catch(() => undefined);
  if (facts === undefined)
    return found('data folder', 'off', { detail: `${home} is made at the first start (${configured}).` });
  const isWritable = await access(home, constants.R_OK | constants.W_OK).then(
    () => facts.isDirectory(),
    () => false,
  );
  if (!isWritable)
    return found('data folder', 'broken', {
      detail: `${home} is no folder that this account may write to.`,
      advice: 'Give it to this account, or set ATRIUM_HOME.',
    });
  const token = await stat(tokenFile(home)).catch(() => undefined);
  if (token !== undefined && (token.mode & 0o077) !== 0)
    return found('data folder', 'warning', {
      detail: `Others may read ${tokenFile(home)}.`,
      advice: `Run: chmod 600 ${tokenFile(home)}`,
    });
  return found('data folder', 'ok', { detail: `${home} (${configured})` });
}

/** Whether a start could listen where it is configured to. */
export async function checkPort({ server }: Config, note: ServerNote | undefined): Promise<Check> {
  const place = server.port === 0 ? `Any port of ${server.host}` : `${server.host}:${server.port}`;
  if (note?.url !== undefined) return found('port', 'ok', { detail: `The server listens at ${note.url}.` });
  const problem = await tryListening(server);
  if (problem === undefined) return found('port', 'ok', { detail: `${place} is free.` });
  const isTaken = errorCode(problem) === 'EADDRINUSE';
  return found('port', 'broken', {
    detail: isTaken
      ? `Another program listens on ${place}.`
      : `Cannot listen on ${place}: ${errorText(problem)}.`,
    advice: 'Stop that program, or choose another place with ATRIUM_PORT and ATRIUM_HOST.',
  });
}

function tryListening({ host, port }: Config['server']): Promise<unknown> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}
