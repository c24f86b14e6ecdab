/**
 * The floor: a bare workflow with one activity on another queue, on the Temporal server that the product uses. Client and
 * both workers are in this process.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { FloorActivities, FloorPost } from './floor-protocol.ts';

export interface FloorOptions {
  readonly address: string;
  /** How long the activity takes, as a model would; milliseconds. */
  readonly latencyMs?: number;
  readonly slots?: number;
}

/** One message's way; milliseconds since the epoch, or a duration where the name says so. */
export interface FloorTurn {
  readonly ackMs: number;
  /** From the call until the first line of the activity. */
  readonly acceptedToActivityMs: number;
  /** From the call until the workflow has the activity's result. */
  readonly turnMs: number;
}

export interface Floor extends AsyncDisposable {
  /** Posts one message by signal-with-start and waits until its turn has ended. */
  turn(session: string): Promise<FloorTurn>;
  /** `sessions` at once, each with `turns` one after the other; turns a second. */
  turnsPerSecond(sessions: number, turns: number): Promise<number>;
}

const floorQueue = 'floor';
const reply = 'word '.repeat(48).trim();

export async function openFloor(options: FloorOptions): Promise<Floor> {
  quieten();
  const native = await NativeConnection.connect({ address: options.address });
  const connection = await Connection.connect({ address: options.address });
  const watch = createWatch();
  const workers = await createWorkers(native, watch, options);
  const running = Promise.all(workers.map((worker) => worker.run()));
  running.catch(() => undefined);
  const floor = createFloor(new Client({ connection }), watch);
  // The first turn pays for connections and code.
  await floor.turn(`floor-${randomUUID()}`);
  return {
    ...floor,
    async [Symbol.asyncDispose]() {
      for (const worker of workers) worker.shutdown();
      await running.catch(() => undefined);
      await native.close();
      await connection.close();
    },
  };
}

/** What happened to each message, told by the workers. */
interface Watch {
  readonly activityAt: Map<string, number>;
  readonly answered: Map<string, () => void>;
}
const createWatch = (): Watch => ({ activityAt: new Map(), answered: new Map() });

let isQuiet = false;

function quieten(): void {
  if (isQuiet) return;
  isQuiet = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
    shutdownSignals: [],
  });
}

async function createWorkers(
  connection: NativeConnection,
  watch: Watch,
  { latencyMs = 0, slots = 64 }: FloorOptions,
): Promise<readonly Worker[]> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(import.meta.resolve('./bare-session.js')),
    logger: new DefaultLogger('ERROR'),
  });
  const answer: FloorActivities['answer'] = async ({ id }) => {
    watch.activityAt.set(id, performance.now());
    if (latencyMs > 0) await sleep(latencyMs);
    return reply;
  };
  const workflows = await Worker.create({
    connection,
    taskQueue: floorQueue,
    workflowBundle,
    maxConcurrentWorkflowTaskExecutions: 40,
    sinks: {
      floor: {
        answered: { callDuringReplay: false, fn: (_info, id: string) => watch.answered.get(id)?.() },
      },
    },
  });
  const activities = await Worker.create({
    connection,
    taskQueue: 'floor-inference',
    activities: { answer },
    maxConcurrentActivityTaskExecutions: slots,
  });
  return [workflows, activities];
}

function createFloor(client: Client, watch: Watch): Pick<Floor, 'turn' | 'turnsPerSecond'> {
  const turn = async (session: string): Promise<FloorTurn> => {
    const id = randomUUID();
    const ended = new Promise<void>((resolve) => {
      watch.answered.set(id, resolve);
    });
    const startedAt = performance.now();
    await postBare(client, session, { id, text: reply });
    const ackMs = performance.now() - startedAt;
    await ended;
    const turnMs = performance.now() - startedAt;
    const activityAt = watch.activityAt.get(id) ?? startedAt;
    return { ackMs, acceptedToActivityMs: activityAt - startedAt, turnMs };
  };
  const turnsPerSecond = async (sessions: number, turns: number): Promise<number> => {
    const startedAt = performance.now();
    const run = async (): Promise<void> => {
      const session = `floor-${randomUUID()}`;
      for (let count = 0; count < turns; count += 1) await turn(session);
    };
    await Promise.all(Array.from({ length: sessions }, run));
    return (sessions * turns * 1000) / (performance.now() - startedAt);
  };
  return { turn, turnsPerSecond };
}

const postBare = (client: Client, session: string, message: FloorPost) =>
  client.workflow.signalWithStart('bareSession', {
    workflowId: session,
    taskQueue: floorQueue,
    signal: 'post',
    signalArgs: [message],
  });
