import { loadClientConfig, type ClientConfig } from '../../config/client-config.ts';
import { sessionKeyFault } from '../../domain/session-key.ts';
import { badUsage, CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-code.ts';
import { commandErrorOf, parseProblem } from './problem.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** The running server over HTTP. Everything throws CommandError with the exit code that fits. */
export interface Client {
  readonly config: ClientConfig;
  /** One call with JSON both ways. */
  call<Answer>(method: Method, path: string, options?: CallOptions): Promise<Answer>;
  /** A call whose answer is read as it arrives. */
  open(
    method: Method,
    path: string,
    options?: CallOptions & StreamOptions,
  ): Promise<AsyncIterable<Uint8Array>>;
}

interface CallOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}
interface StreamOptions {
  readonly accept?: string;
  readonly lastEventId?: string | undefined;
}

export function openClient(config: ClientConfig = loadClientConfig()): Client {
  return {
    config,
    async call<Answer>(method: Method, path: string, options: CallOptions = {}) {
      const response = await request(config, method, path, options);
      const body = await readBody(response, config);
      if (!response.ok) throw refusal(response, body, config);
      // The contract says what this call answers; a server that broke it would show in the output, no more.
      return body as Answer;
    },
    async open(method, path, options = {}) {
      const response = await request(config, method, path, options);
      if (!response.ok) throw refusal(response, await readBody(response, config), config);
      if (response.body === null) throw stranger(config);
      return readChunks(response.body, config, options.signal);
    },
  };
}

/** A connection that breaks in the middle is a server that cannot be reached. */
async function* readChunks(
  body: AsyncIterable<Uint8Array>,
  config: ClientConfig,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw signal?.aborted === true ? error : unreachable(config, error);
  }
}

/** The path of a session's calls. Throws bad usage for what cannot be a key. */
export function sessionPath(key: string, rest = ''): string {
  const fault = sessionKeyFault(key);
  if (fault === 'malformed-key')
    throw badUsage(
      `"${key}" cannot be a session's key.`,
      'A key has letters, digits and . _ : -, starts with a letter or digit, and is at most 128 characters long.',
    );
  if (fault === 'reserved-key') throw badUsage(`"${key}" is a reserved word, not a session's key.`);
  return `/api/sessions/${encodeURIComponent(key)}${rest}`;
}

async function request(
  config: ClientConfig,
  method: Method,
  path: string,
  { body, signal, accept, lastEventId }: CallOptions & StreamOptions,
): Promise<Response> {
  const headers = new Headers({ accept: accept ?? 'application/json' });
  if (config.token !== null) headers.set('authorization', `Bearer ${config.token.reveal()}`);
  if (lastEventId !== undefined) headers.set('last-event-id', lastEventId);
  if (body !== undefined) headers.set('content-type', 'application/json');
  try {
    return await fetch(`${config.url}${path}`, {
      method,
      headers,
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw unreachable(config, error);
  }
}

async function readBody(response: Response, config: ClientConfig): Promise<unknown> {
  if (response.status === 204) return undefined;
  if (response.status >= 300 && response.status < 400) throw stranger(config);
  try {
    const body: unknown = JSON.parse(await response.text());
    return body;
  } catch (error) {
    throw error instanceof SyntaxError ? stranger(config) : unreachable(config, error);
  }
}

function refusal(response: Response, body: unknown, config: ClientConfig): CommandError {
  const problem = parseProblem(body);
  return problem === undefined ? stranger(config) : commandErrorOf(response.status, problem);
}

function unreachable({ url, urlSource }: ClientConfig, cause: unknown): CommandError {
  const advice =
    urlSource === 'environment'
      ? 'Check ATRIUM_URL, and that the server runs.'
      : 'Start it with "npm start", or set ATRIUM_URL to where it runs.';
  return new CommandError(exitCodes.notReachable, `No server answers at ${url}${reasonOf(cause)}.`, {
    advice,
    cause,
  });
}

/** What the system said, in brackets: fetch keeps it in the cause of its error. */
function reasonOf(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}

const stranger = ({ url }: ClientConfig): CommandError =>
  new CommandError(exitCodes.notReachable, `What answers at ${url} is no Atrium server.`, {
    advice: 'Check ATRIUM_URL.',
  });
