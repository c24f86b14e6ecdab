import { describe, expect, test } from '@jest/globals';
import { ChangeSaver } from '../../worker/change-saver.ts';
import type { SessionChanges } from '../../workflows/protocol.ts';

const change = (key: string, revision: number): SessionChanges =>
  ({ facts: { key }, revision, messages: [] }) as unknown as SessionChanges;

/** Writes are let through one by one. */
function gatedSaver() {
  const saved: string[] = [];
  const gates: (() => void)[] = [];
  const saver = new ChangeSaver(async ({ facts, revision }) => {
    await new Promise<void>((resolve) => void gates.push(resolve));
    saved.push(`${facts.key}@${revision}`);
  });
  const release = async (): Promise<void> => {
    gates.shift()?.();
    // The next write begins some microtasks later.
    await new Promise((resolve) => void setImmediate(resolve));
  };
  return { saver, saved, release, waiting: () => gates.length };
}

describe('a change that is handed out', () => {
  test('is written in order, one at a time per session; of those that wait the newest has it all', async () => {
    const { saver, saved, release, waiting } = gatedSaver();
    for (const revision of [1, 2, 3]) saver.put(change('a', revision));
    expect(waiting()).toBe(1);
    await release();
    await release();
    await saver.flush();
    expect(saved).toEqual(['a@1', 'a@3']);
  });

  test('I3: does not wait for another session’s', () => {
    const { saver, waiting } = gatedSaver();
    saver.put(change('a', 1));
    saver.put(change('b', 1));
    expect(waiting()).toBe(2);
  });

  test('can be waited for, whatever other sessions do', async () => {
    const { saver, saved, release } = gatedSaver();
    saver.put(change('a', 1));
    saver.put(change('b', 1));
    await release();
    await saver.settle('a');
    await saver.settle('never put');
    expect(saved).toEqual(['a@1']);
  });

  test('is given up when the write fails, and the next is tried', async () => {
    const tried: number[] = [];
    const saver = new ChangeSaver(({ revision }) => {
      tried.push(revision);
      return Promise.reject(new Error('away'));
    });
    saver.put(change('a', 1));
    await saver.flush();
    saver.put(change('a', 2));
    await saver.flush();
    expect(tried).toEqual([1, 2]);
  });
});
