import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TemporalConfig } from '../../config/config.ts';
import { errorText } from '../../config/error-code.ts';
import { AtriumError } from '../../domain/atrium-error.ts';
import { requireRecentServer } from './namespace.ts';

export interface TemporalPlace {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** The standard TEMPORAL_* variables of an existing server; empty for the embedded one, which needs none. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface TemporalClient extends AsyncDisposable {
  readonly client: Client;
  readonly serverVersion: string;
}

/** A call without a deadline of its own ends after this; milliseconds. */
const usualDeadlineMs = 10_000;
const connectTimeoutMs = 10_000;

/** Where a configured server is. */
export const placeOfConfig = (config: TemporalConfig, address: string): TemporalPlace => ({
  address,
  namespace: config.namespace,
  variables: config.variables,
});

/** The home's own server has one namespace, and nothing that a shell is set up for concerns it. */
export const embeddedPlace = (address: string): TemporalPlace => ({
  address,
  namespace: 'default',
  variables: {},
});

/** TLS, keys and metadata as Temporal's own tools read them. The address is the one that holds here. */
export async function connectOptions({ address, variables }: TemporalPlace): Promise<ConnectionOptions> {
  if (Object.keys(variables).length === 0) return { address };
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const { connectionOptions } = loadClientConnectConfig({ overrideEnvVars: { ...variables } });
  return { ...(connectionOptions as ConnectionOptions), address };
}

/**
 * Connects to Temporal. Every call ends within its deadline, and is repeated while the server is on its way back. Throws
 * AtriumError `temporal-unavailable`, `temporal-too-old` or `temporal-no-namespace`.
 */
export async function openTemporalClient(
  place: TemporalPlace,
  dataConverter: DataConverter,
): Promise<TemporalClient> {
  const connection = await connect(place);
  try {
    const serverVersion = await requireRecentServer(connection, place.address);
    await requireNamespace(connection, place);
    const { namespace } = place;
    // The identity is in every event that a call makes, so it is short.
    const client = new Client({ connection, namespace, dataConverter, identity: `a${process.pid}` });
    return { client, serverVersion, [Symbol.asyncDispose]: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function connect(place: TemporalPlace): Promise<Connection> {
  const options = await connectOptions(place);
  const interceptors = [withUsualDeadline, makeGrpcRetryInterceptor(defaultGrpcRetryOptions())];
  try {
    return await Connection.connect({ ...options, interceptors, connectTimeout: connectTimeoutMs });
  } catch (error) {
    throw new AtriumError(
      'unavailable',
      'temporal-unavailable',
      `Cannot reach Temporal at ${place.address}: ${errorText(error)}. ` +
        'Check TEMPORAL_ADDRESS and that the server runs, or unset it and Atrium runs its own.',
      { cause: error },
    );
  }
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

/** grpc-js has no default deadline, and without one a call to a server that is gone waits for ever. */
const withUsualDeadline: Interceptor = (options, nextCall) =>
  nextCall({
    ...options,
    deadline: options.deadline ?? Date.now() + usualDeadlineMs,
  }) as ReturnType<Interceptor>;

async function requireNamespace(
  connection: Connection,
  { address, namespace }: TemporalPlace,
): Promise<void> {
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } catch (error) {
    const isUnknown = typeof error === 'object' && error !== null && 'code' in error && error.code === 5;
    if (!isUnknown) throw error;
    throw new AtriumError(
      'invalid',
      'temporal-no-namespace',
      `Temporal at ${address} has no namespace "${namespace}". Create it ` +
        `(temporal operator namespace create -n ${namespace} --retention 2160h), or set TEMPORAL_NAMESPACE.`,
      { cause: error },
    );
  }
}
