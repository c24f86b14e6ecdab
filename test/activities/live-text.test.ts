import { describe, expect, test } from '@jest/globals';
import { LiveText } from '../../activities/live-text.ts';
import type { LiveEvent } from '../../domain/live-event.ts';
import { createLiveSession, takeLiveEvents } from '../../domain/live-session.ts';
import { until } from '../harness/until.ts';
import { buildContext } from '../models/calls.ts';

/** A side channel that fails whenever it is told to, and notes how many writes run at once. */
function createChannel() {
  const state = { events: [] as LiveEvent[], writes: 0, running: 0, most: 0, isAway: false, lost: 0 };
  const write = async (events: readonly LiveEvent[]): Promise<void> => {
    state.writes += 1;
    state.running += 1;
    state.most = Math.max(state.most, state.running);
    await new Promise((done) => setTimeout(done, 5));
    state.running -= 1;
    if (state.isAway) throw new Error('away');
    state.events.push(...events);
  };
  return { state, write };
}

const openLive = (channel: ReturnType<typeof createChannel>, attempt = 1) =>
  new LiveText(
    {
      session: 's',
      attempt,
      resetReason: attempt === 1 ? undefined : 'worker-lost',
      write: channel.write,
      onLost: () => (channel.state.lost += 1),
    },
    buildContext(),
    'test:model',
  );

const textOf = ({ state }: ReturnType<typeof createChannel>) =>
  takeLiveEvents(createLiveSession([], 0), state.events).turns[0]?.text ?? '';

describe('live text', () => {
  test('begins with the attempt, and says why it is not the first', async () => {
    const channel = createChannel();
    const live = openLive(channel, 3);
    await until(() => channel.state.events.length === 2, { what: 'the beginning' });
    await live.close();
    expect(channel.state.events).toMatchObject([
      { kind: 'turn.started', attempt: 3, messageIds: ['m1'], model: 'test:model' },
      { kind: 'turn.reset', attempt: 3, reason: 'worker-lost' },
    ]);
  });

  test('goes out to its last word where no outcome will tell it', async () => {
    const channel = createChannel();
    const live = openLive(channel);
    live.add('One ');
    live.add('moment.');
    await live.closeWhole();
    expect(textOf(channel)).toBe('One moment.');
  });

  test('arrives whole and in order, in few writes that never overlap', async () => {
    const channel = createChannel();
    const live = openLive(channel);
    for (let word = 0; word < 500; word += 1) live.add(`w${word} `);
    await until(() => textOf(channel).endsWith('w499 '), { what: 'the text' });
    await live.close();
    expect(textOf(channel)).toBe(Array.from({ length: 500 }, (_, word) => `w${word} `).join(''));
    expect(channel.state.most).toBe(1);
    expect(channel.state.writes).toBeLessThan(5);
  });

  test('a database that was away for a while loses nothing, and is reported once', async () => {
    const channel = createChannel();
    channel.state.isAway = true;
    const live = openLive(channel);
    live.add('while away ');
    await until(() => channel.state.lost === 1 && channel.state.writes > 1, { what: 'failed writes' });
    channel.state.isAway = false;
    live.add('and back');
    await until(() => textOf(channel) === 'while away and back', { what: 'the text' });
    await live.close();
    expect(channel.state.lost).toBe(1);
    expect(channel.state.events[0]?.kind).toBe('turn.started');
  });

  test('closing waits for the write under way and starts none', async () => {
    const channel = createChannel();
    const live = openLive(channel);
    live.add('one ');
    await live.close();
    const { writes } = channel.state;
    live.add('two');
    expect(channel.state.running).toBe(0);
    expect(channel.state.writes).toBe(writes);
  });

  test('a side channel that hangs holds up the end of a call for a moment only', async () => {
    const live = new LiveText(
      {
        session: 's',
        attempt: 1,
        resetReason: undefined,
        write: () => new Promise(() => undefined),
        onLost: () => undefined,
      },
      buildContext(),
      'test:model',
    );
    const from = Date.now();
    await live.announceRetry(0);
    expect(Date.now() - from).toBeLessThan(2_000);
  });
});
