import { isIP } from 'node:net';
import type { Config } from '../../config/config.ts';

type ServerConfig = Pick<Config['server'], 'host' | 'allowRemote' | 'publicUrl'>;

/**
 * Whether a Host header is one of the server's own. The page of a stranger can make its own name point at this machine
 * (DNS rebinding), but the browser then sends that name. Own are `localhost` and loopback addresses, with the port on which
 * the request arrived, and the host of `publicUrl`, which is how a reverse proxy's name comes to be ours. With
 * `allowRemote` also every address, for nobody can rebind those, the configured host, and any port, for a container may
 * map it.
 */
export function isOwnHost(host: string | undefined, port: number, server: ServerConfig): boolean {
  const named = parseHost(host);
  if (named === undefined) return false;
  const { name } = named;
  if (server.publicUrl !== null && name === new URL(server.publicUrl).hostname) return true;
  if (!server.allowRemote) return isLoopbackName(name) && named.port === port;
  return isLoopbackName(name) || isAddress(name) || name === server.host.toLowerCase();
}

/**
 * Whether a request with this Origin header comes from a page of this server; programs send none. Its host has to be the
 * one that was asked, or that of `publicUrl`, for there are proxies that ask by another name.
 */
export function isOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  server: ServerConfig,
): boolean {
  if (origin === undefined) return true;
  const given = originOf(origin);
  // Whether TLS ends before us, only a proxy knows: the host decides.
  const own = [`http://${host}`, `https://${host}`, server.publicUrl ?? ''].map(originOf);
  return given !== undefined && own.includes(given);
}

interface NamedHost {
  readonly name: string;
  readonly port: number;
}

function parseHost(host: string | undefined): NamedHost | undefined {
  if (host === undefined || !/^[A-Za-z0-9._:[\]-]+$/.test(host)) return undefined;
  const url = parseUrl(`http://${host}`);
  return url && { name: url.hostname.replace(/\.$/, ''), port: url.port === '' ? 80 : Number(url.port) };
}

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || (isIP(name) === 4 && name.startsWith('127.'));

const isAddress = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;

const parseUrl = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** Undefined for what has none, such as a sandboxed frame, which sends "null". */
function originOf(text: string): string | undefined {
  const origin = parseUrl(text)?.origin;
  return origin === 'null' ? undefined : origin;
}
