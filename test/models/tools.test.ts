import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openFakeOpenAi, type FakeOpenAi } from '../../bench/fake-openai.ts';
import type { FakeAnswer } from '../../bench/fake-openai-answer.ts';
import type { ContextMessage } from '../../domain/model-call.ts';
import type { Model, ModelEnd } from '../../models/model.ts';
import { openModels } from '../../models/open-models.ts';
import { ToolCallReader } from '../../models/tool-call-reader.ts';
import { buildContext, configFor } from './calls.ts';

let server: FakeOpenAi;
let answers: FakeAnswer[] = [];
beforeAll(async () => {
  server = await openFakeOpenAi({ answer: () => answers.shift() });
});
beforeEach(() => {
  answers = [];
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const look = {
  name: 'look',
  description: 'Looks at a place.',
  parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
} as const;

const open = (kind: string): Promise<Model> =>
  openModels(configFor(kind === 'openai' ? server.baseUrl : server.origin, undefined, kind)).resolve(null);

const dialogue: readonly ContextMessage[] = [
  { role: 'user', text: 'What is there?' },
  {
    role: 'assistant',
    text: 'Let me see.',
    toolCalls: [{ callId: 'c1-0', name: 'look', arguments: '{"at":"home"}' }],
  },
  { role: 'tool', callId: 'c1-0', text: 'a tree' },
];

async function ask(
  model: Model,
  messages: readonly ContextMessage[],
  tools: readonly (typeof look)[] = [look],
): Promise<ModelEnd & { readonly text: string }> {
  const context = buildContext({ messages });
  const stream = model.stream({ context, tools, signal: new AbortController().signal });
  let text = '';
  for (;;) {
    const step = await stream.next();
    if (step.done === true) return { ...step.value, text };
    text += step.value.text;
  }
}

const lastBody = () => server.requests.at(-1)!.body as unknown as Record<string, unknown>;
const twoCalls = [
  { name: 'look', arguments: '{"at":"home"}', id: 'a' },
  { name: 'look', arguments: '{"at":"work"}', id: 'b' },
];
const asked = twoCalls.map(({ name, arguments: given }) => ({ name, arguments: given }));

describe.each(['openai', 'anthropic', 'ollama'])('tools over the protocol of %s', (kind) => {
  test('what a model asks for comes with the end of its answer, whole and in order', async () => {
    answers = [{ kind: 'text', text: 'Let me see.', toolCalls: twoCalls }];
    const end = await ask(await open(kind), [{ role: 'user', text: 'What is there?' }]);
    expect(end).toMatchObject({ finish: 'stop', text: 'Let me see.' });
    expect(end.toolCalls?.map(({ name, arguments: given }) => [name, JSON.parse(given)])).toEqual(
      asked.map(({ name, arguments: given }) => [name, JSON.parse(given)]),
    );
  });

  test('needs no word beside its calls', async () => {
    answers = [{ kind: 'text', text: '', toolCalls: [twoCalls[0]!] }];
    const end = await ask(await open(kind), [{ role: 'user', text: 'What is there?' }]);
    expect(end.toolCalls).toHaveLength(1);
  });

  test('a model that is offered none is shown earlier calls as words', async () => {
    await ask(await open(kind), dialogue, []);
    const body = lastBody();
    expect(body['tools'] ?? []).toEqual([]);
    const sent = JSON.stringify(body['messages']);
    expect(sent).toContain('[Result of look({\\"at\\":\\"home\\"}): a tree]');
    expect(sent).not.toMatch(/tool_call|tool_use|tool_result/);
  });

  test('a model that takes no tools is asked again without, and not offered any from then on', async () => {
    const model = await open(kind);
    answers = [
      { kind: 'error', status: 400, message: 'this model does not support tools' },
      { kind: 'text', text: 'Plain words.' },
    ];
    const before = server.requests.length;
    expect((await ask(model, dialogue)).text).toBe('Plain words.');
    expect(server.requests.length - before).toBe(2);
    expect(lastBody()['tools'] ?? []).toEqual([]);
    expect(model.takesTools).toBe(false);
  });
});

test('a call that the server itself could not read is answered without tools, which are offered again', async () => {
  const model = await open('openai');
  const message = 'The model produced output that does not match the expected peg-native format';
  answers = [
    { kind: 'error', status: 500, message },
    { kind: 'text', text: 'Plain words.' },
  ];
  expect((await ask(model, dialogue)).text).toBe('Plain words.');
  expect(model.takesTools).toBe(true);
});

describe('what goes over the wire', () => {
  test('to OpenAI: functions, the calls of the assistant, and results by id', async () => {
    await ask(await open('openai'), dialogue);
    expect(lastBody()).toMatchObject({
      tools: [{ type: 'function', function: look }],
      messages: [
        { role: 'system' },
        { role: 'user', content: 'What is there?' },
        {
          role: 'assistant',
          content: 'Let me see.',
          tool_calls: [
            { id: 'c1-0', type: 'function', function: { name: 'look', arguments: '{"at":"home"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1-0', content: 'a tree' },
      ],
    });
  });

  test('to Anthropic: tools with their schema, uses and results', async () => {
    await ask(await open('anthropic'), dialogue);
    const body = lastBody();
    expect(body['tools']).toMatchObject([{ name: 'look', input_schema: look.parameters }]);
    const sent = JSON.stringify(body['messages']);
    expect(sent).toMatch(
      /"type":"tool_use","id":"c1-0","name":"look","input":\{"at":"home"\}|"type":"tool_use".*"c1-0"/,
    );
    expect(sent).toMatch(/"type":"tool_result".*"tool_use_id":"c1-0"|"tool_use_id":"c1-0".*"tool_result"/);
  });

  test('to Ollama: functions, calls with an object, and results', async () => {
    await ask(await open('ollama'), dialogue);
    expect(lastBody()).toMatchObject({ tools: [{ type: 'function', function: { name: 'look' } }] });
    const sent = JSON.stringify(lastBody()['messages']);
    expect(sent).toContain('"arguments":{"at":"home"}');
    expect(sent).toContain('"role":"tool"');
  });
});

const read = (chunks: readonly object[]) => {
  const reader = new ToolCallReader();
  for (const chunk of chunks) reader.take([{ type: 'tool_call_chunk', ...chunk } as never]);
  return reader.toolCalls.map(({ name, arguments: given }) => `${name}(${given})`);
};

describe('the parts of calls', () => {
  test('are put together by number, by id, or by name, whatever there is', () => {
    expect(
      read([
        { index: 0, id: 'a', name: 'one', args: '{' },
        { index: 1, id: 'b', name: 'two', args: '{}' },
        { index: 0, args: '}' },
      ]),
    ).toEqual(['one({})', 'two({})']);
    // Every call has number 0.
    expect(
      read([
        { index: 0, id: 'a', name: 'one', args: '{}' },
        { index: 0, id: 'b', name: 'two', args: '{}' },
      ]),
    ).toEqual(['one({})', 'two({})']);
    // Neither number nor id.
    expect(read([{ name: 'one', args: '{}' }, { name: 'two', args: '{' }, { args: '}' }])).toEqual([
      'one({})',
      'two({})',
    ]);
    // One id for two calls.
    expect(
      read([
        { index: 0, id: 'a', name: 'one', args: '{}' },
        { index: 1, id: 'a', name: 'one', args: '{}' },
      ]),
    ).toEqual(['one({})', 'one({})']);
    expect(read([{ index: 0, id: null, name: null, args: null }])).toEqual([]);
  });

  test('end when they are more than any call needs', () => {
    const reader = new ToolCallReader();
    const part = { type: 'tool_call_chunk' as const, index: 0, name: 'x', args: 'a'.repeat(150_000) };
    expect(reader.take([part])).toBe(true);
    expect(reader.take([part])).toBe(false);
  });
});
