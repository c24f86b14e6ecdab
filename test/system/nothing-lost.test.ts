import { describe, expect, test } from '@jest/globals';
import { judgeRequest, judgeSession, refusedIds } from '../../bench/nothing-lost/judge.ts';
import { runNothingLost } from '../../bench/nothing-lost/run.ts';
import { messageText } from '../../bench/nothing-lost/talker.ts';

const rounds = 6;

describe('when processes are killed while twenty sessions talk', () => {
  test('I1, I2, I3, I4, I9: nothing is lost, doubled, moved or mixed up, and verify is clean', async () => {
    const seed = Date.now() % 1_000_000;
    const report = await runNothingLost({ rounds, seed, say: (line) => console.log(line) });
    expect(report.breaches).toEqual([]);
    // As a whole, so that a failure prints what verify found.
    if (report.verifyCode !== 0)
      throw new Error(`verify exited ${report.verifyCode}:\n${report.verifyOutput}`);
    expect(report.acceptedCount).toBeGreaterThan(20);
    expect(report.requestCount).toBeGreaterThanOrEqual(report.acceptedCount);
  }, 420_000);
});

const none = new Set<string>();
const request = (...contents: readonly string[]) => ({
  model: 'm',
  messages: contents.map((content) => ({ role: 'user', content })),
});

describe('the judge of that test', () => {
  const accepted = [1, 2].map((number) => ({ id: `a-${number}`, text: messageText('a', number) }));
  const row = { chapter: 1, at: '2026-01-01T00:00:00.000Z' };
  const messages = accepted.flatMap(({ id, text }, index) => [
    { ...row, id, turn: index + 1, role: 'user' as const, text, status: 'done' },
    {
      ...row,
      id: `r-${id}`,
      turn: index + 1,
      role: 'assistant' as const,
      text: `Answer to: ${text}`,
      status: 'complete',
      replyTo: id,
    },
  ]);
  const record = { key: 'a', accepted, messages };

  test('is content with one reply to each message, in order', () => {
    expect(judgeSession(record)).toEqual([]);
  });

  test('finds a lost message, a missing outcome, a second outcome and another order', () => {
    const [first, reply, ...rest] = messages;
    expect(judgeSession({ ...record, messages: [reply!, ...rest] }).join()).toContain('a-1 is lost');
    expect(judgeSession({ ...record, messages: [first!, ...rest] }).join()).toContain('a-1 has 0 outcomes');
    const twice = [first!, reply!, { ...reply!, id: 'again' }, ...rest];
    expect(judgeSession({ ...record, messages: twice }).join()).toContain('a-1 has 2 outcomes');
    const swapped = [...rest, first!, reply!];
    expect(judgeSession({ ...record, messages: swapped }).join()).toContain('I4');
  });

  test('finds a text of another session and a gap in what a model is shown', () => {
    expect(judgeRequest(request(messageText('a', 1), messageText('a', 2)), 1, none)).toEqual([]);
    expect(judgeRequest(request(messageText('a', 1), messageText('b', 2)), 1, none).join()).toContain('I3');
    const gap = request(messageText('a', 1), messageText('a', 3));
    expect(judgeRequest(gap, 1, none).join()).toContain('I4');
    expect(judgeRequest(gap, 1, new Set(['a-2']))).toEqual([]);
    expect(judgeRequest(request(messageText('a', 2), messageText('a', 1)), 1, none).join()).toContain('I4');
  });

  test('lets a message that found too many waiting come before those', () => {
    const refused = { ...row, id: 'a-3', turn: 1, role: 'user' as const, text: 'x', status: 'done' };
    const notice = {
      ...refused,
      id: 'n',
      role: 'notice' as const,
      status: 'refused',
      replyTo: 'a-3',
      problem: { code: 'session-busy', detail: '' },
    };
    const later = messages.map((message) => ({ ...message, turn: message.turn + 1 }));
    const all = { key: 'a', accepted: [...accepted, refused], messages: [refused, notice, ...later] };
    expect(judgeSession(all)).toEqual([]);
    expect([...refusedIds(all.messages)]).toEqual(['a-3']);
    const unsaid = { ...notice, problem: { code: 'session-archived', detail: '' } };
    expect(judgeSession({ ...all, messages: [refused, unsaid, ...later] }).join()).toContain('I4');
  });
});
