import { createApp } from '../api/create-app.ts';
import type { AppOptions } from '../api/app-options.ts';
import { errorCode, errorText } from '../config/error-code.ts';
import { AtriumError } from '../domain/atrium-error.ts';

export interface ServedApi extends AsyncDisposable {
  /** Where this machine reaches it, without a slash at the end. */
  readonly url: string;
}

/** Serves the API at the configured place. Throws AtriumError `port-taken`, `remote-not-allowed` or `bad-address`. */
export async function serveApi(options: AppOptions): Promise<ServedApi> {
  requireAllowedHost(options.server);
  const app = await createApp(options);
  const { host, port } = options.server;
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(host, port, error);
  }
  const address = app.server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${hostInUrl(host)}:${actualPort}`, [Symbol.asyncDispose]: () => app.close() };
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

function requireAllowedHost({ host, allowRemote }: AppOptions['server']): void {
  if (allowRemote || loopback.has(host) || /^127\.\d+\.\d+\.\d+$/.test(host)) return;
  throw new AtriumError(
    'invalid',
    'remote-not-allowed',
    `Cannot listen on ${host}: other machines could reach it. ` +
      'Use 127.0.0.1, or set "auth: { allowRemote: true }" in atrium.yaml and put TLS in front of it.',
  );
}

/** A server on all interfaces is reached by loopback from here. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function listenError(host: string, port: number, cause: unknown): AtriumError {
  if (errorCode(cause) === 'EADDRINUSE')
    return new AtriumError(
      'conflict',
      'port-taken',
      `Cannot listen on ${host}:${port}: another program does. Stop that one, or choose another port with --port or ATRIUM_PORT.`,
      { cause },
    );
  return new AtriumError('invalid', 'bad-address', `Cannot listen on ${host}:${port}: ${errorText(cause)}.`, {
    cause,
  });
}
