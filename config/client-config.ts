import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AtriumError } from '../domain/atrium-error.ts';
import { readEnvironment, type Environment } from './environment.ts';
import { Secret } from './secret.ts';

/** What a client command needs to know. Read without the server's schema, because every command starts with it. */
export interface ClientConfig {
  /** ATRIUM_HOME, absolute; it need not exist. */
  readonly home: string;
  /** Where the server is, without a slash at the end. */
  readonly url: string;
  /** Who said so: the environment, or the note of the home's running server, or nobody. */
  readonly urlSource: 'environment' | 'note' | 'default';
  /** Null when neither ATRIUM_TOKEN nor the home's file has one. */
  readonly token: Secret | null;
  /** The terminal moves no cursor (`TERM=dumb`). */
  readonly isPlainTerminal: boolean;
}

/** The client's view of the environment. Throws AtriumError `bad-config` for an address or token that cannot be one. */
export function loadClientConfig(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): ClientConfig {
  const environment = readEnvironment(variables);
  const token = environment.token ?? readText(join(environment.home, 'token'));
  return {
    home: environment.home,
    ...findAddress(environment),
    token: token === undefined ? null : checkedToken(token),
    isPlainTerminal: variables['TERM'] === 'dumb',
  };
}

function findAddress(environment: Environment): Pick<ClientConfig, 'url' | 'urlSource'> {
  if (environment.url !== undefined) return { url: checkedUrl(environment.url), urlSource: 'environment' };
  const noted = notedUrl(environment.home);
  if (noted !== undefined) return { url: checkedUrl(noted), urlSource: 'note' };
  const url = `http://${environment.host ?? '127.0.0.1'}:${environment.port ?? '4280'}`;
  return { url: checkedUrl(url), urlSource: 'default' };
}

/** The address that a running server leaves in its home. What is not whole counts as not there. */
function notedUrl(home: string): string | undefined {
  const text = readText(join(home, 'server.json'));
  if (text === undefined) return undefined;
  try {
    const note: unknown = JSON.parse(text);
    const url = typeof note === 'object' && note !== null && 'url' in note ? note.url : undefined;
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new AtriumError(
      'invalid',
      'bad-config',
      `The server's address (ATRIUM_URL) must start with http:// or https://; it is "${text}".`,
    );
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** A token travels in a header. What cannot is refused here, where the refusal does not show it. */
function checkedToken(text: string): Secret | null {
  const token = text.trim();
  if (token === '') return null;
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new AtriumError(
      'invalid',
      'bad-config',
      'The token (ATRIUM_TOKEN, or the file "token" in ATRIUM_HOME) has characters that no token has.',
    );
  return new Secret(token);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
