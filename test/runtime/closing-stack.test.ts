import { describe, expect, test } from '@jest/globals';
import { ClosingStack } from '../../runtime/closing-stack.ts';

describe('a closing stack', () => {
  test('closes in reverse order of opening, each before the next', async () => {
    const closed: string[] = [];
    const stack = new ClosingStack();
    stack.defer(() => void closed.push('first'));
    stack.defer(async () => {
      await Promise.resolve();
      closed.push('second');
    });
    await stack[Symbol.asyncDispose]();
    expect(closed).toEqual(['second', 'first']);
  });

  test('closes the others when one fails to close, and tells', async () => {
    const closed: string[] = [];
    const stack = new ClosingStack();
    stack.defer(() => void closed.push('first'));
    stack.defer(() => Promise.reject(new Error('stuck')));
    await expect(stack[Symbol.asyncDispose]()).rejects.toThrow('stuck');
    expect(closed).toEqual(['first']);
  });

  test('closes nothing once it has handed everything over', async () => {
    const closed: string[] = [];
    const stack = new ClosingStack();
    stack.use({ [Symbol.asyncDispose]: () => Promise.resolve(void closed.push('only')) });
    const next = stack.move();
    await stack[Symbol.asyncDispose]();
    expect(closed).toEqual([]);
    await next[Symbol.asyncDispose]();
    expect(closed).toEqual(['only']);
  });
});
