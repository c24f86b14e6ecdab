import { expect } from '@jest/globals';
import { until } from '../harness/until.ts';

/** Something with a screen, whose text changes by itself. */
interface Showing {
  readonly screen: string;
}

declare module 'expect' {
  interface Matchers<R> {
    /** Waits until the screen has this text and no other, for at most four seconds. */
    toShow(text: string): Promise<R>;
  }
}

expect.extend({
  async toShow(received: unknown, text: string) {
    const showing = received as Showing;
    await until(() => showing.screen === text, { what: 'the screen', deadlineMs: 4000 }).catch(
      () => undefined,
    );
    return {
      pass: showing.screen === text,
      message: () => `The screen should have been\n${text}\n\nIt was\n${showing.screen}`,
    };
  },
});
