import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueAnswer } from '../client/answers.ts';
import type { CommandIo } from '../command-io.ts';
import { openOutput } from '../output/output.ts';
import { printQueue } from './print-queue.ts';

export interface ShowOptions {
  readonly json?: true;
  readonly watch?: true;
}

/** How often a watched queue is shown; milliseconds. */
const watchMs = 1_000;
/** Puts the cursor in the upper left corner of an empty screen. */
const clearScreen = '\u001b[H\u001b[2J';

/** `atrium queue`: once, or again and again until the signal of Ctrl-C. */
export async function showQueue(io: CommandIo, { json, watch }: ShowOptions): Promise<void> {
  const client = io.openClient();
  const output = openOutput(io.output);
  for (;;) {
    const queue = await client.call<QueueAnswer>('GET', '/api/queue');
    if (watch && output.columns !== undefined && !json) output.write(clearScreen);
    if (json) output.json(queue);
    else printQueue(output, queue, Date.now());
    if (!watch) return;
    await sleep(watchMs);
  }
}
