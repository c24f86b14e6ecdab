/** The floor's workflow: what Temporal itself costs for a session that asks one activity a message, and nothing else. */
import {
  condition,
  defineSignal,
  proxyActivities,
  proxySinks,
  setHandler,
  type Sinks,
} from '@temporalio/workflow';
import type { FloorActivities, FloorPost } from './floor-protocol.ts';

const post = defineSignal<[FloorPost]>('post');
const { answer } = proxyActivities<FloorActivities>({
  taskQueue: 'floor-inference',
  startToCloseTimeout: '5m',
});

export interface FloorSinks extends Sinks {
  readonly floor: { answered(id: string): void };
}
const { floor } = proxySinks<FloorSinks>();

/** Runs until it is terminated. Registered as `bareSession`. */
export async function bareSession(): Promise<void> {
  const inbox: FloorPost[] = [];
  setHandler(post, (message) => void inbox.push(message));
  for (;;) {
    await condition(() => inbox.length > 0);
    const message = inbox.shift();
    if (message === undefined) continue;
    await answer({ id: message.id });
    floor.answered(message.id);
  }
}
