import { describe, expect, test } from '@jest/globals';
import type { CallContext } from '../../domain/model-call.ts';
import { openModels } from '../../models/open-models.ts';
import { buildContext, buildModelsConfig, readAll } from './calls.ts';

const answer = async (change: Partial<CallContext>) =>
  readAll(await openModels(buildModelsConfig()).resolve(null), buildContext(change));

describe('the offline model', () => {
  test('says what it is, quotes the message, and shows once how to connect a model', async () => {
    const first = await answer({});
    expect(first.text).toContain('offline model');
    expect(first.text).toContain('You wrote: “Hello there”');
    for (const line of [
      'export OPENAI_API_KEY=',
      'export OPENAI_BASE_URL=',
      'export ATRIUM_MODEL=',
      'npm start',
    ])
      expect(first.text).toContain(line);
    const second = await answer({
      messages: [
        { role: 'user', text: 'Hello there' },
        { role: 'assistant', text: first.text },
        { role: 'user', text: 'And now?' },
      ],
    });
    expect(second.text).toContain('You wrote: “And now?”');
    expect(second.text).toContain('- Hello there');
    expect(second.text).not.toContain('OPENAI_API_KEY');
  });

  test('speaks Chinese with whoever writes Chinese', async () => {
    const { text, parts } = await answer({
      language: 'zh',
      messages: [{ role: 'user', text: '你好，今天天气怎么样？' }],
    });
    expect(text).toContain('离线模型');
    expect(text).toContain('您写的是：“你好，今天天气怎么样？”');
    expect(text).toContain('export OPENAI_API_KEY=');
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(60);
  });

  test('answers the same every time, word by word, with an estimate of its tokens', async () => {
    const [one, two] = [await answer({}), await answer({})];
    expect(one).toEqual(two);
    expect(one.parts.length).toBeGreaterThan(20);
    expect(one.usage).toMatchObject({ inputTokens: 20, estimated: true });
  });

  test('titles a conversation by its first words', async () => {
    const text = 'User: Plan a trip to Kyoto\n\nin spring\n\nAssistant: I am offline.';
    expect((await answer({ kind: 'title', messages: [{ role: 'user', text }] })).text).toBe(
      'Plan a trip to Kyoto',
    );
  });

  test('sums up by leaving out, and keeps an earlier summary', async () => {
    const first =
      'User: We meet on Monday. Bring tea.\n\nAssistant: Fine.\n\nUser: 预算是三百元。别忘了。\n\nAssistant: Ok.';
    const summary = (await answer({ kind: 'summary', messages: [{ role: 'user', text: first }] })).text;
    expect(summary).toBe('- We meet on Monday.\n- 预算是三百元。');
    const next = `${summary}\n\nUser: Anna comes too.\n\nAssistant: Good.`;
    expect((await answer({ kind: 'summary', messages: [{ role: 'user', text: next }] })).text).toBe(
      `${summary}\n- Anna comes too.`,
    );
  });

  test('greets', async () => {
    expect((await answer({ kind: 'greeting' })).text).toMatch(/^Hello/);
  });
});
