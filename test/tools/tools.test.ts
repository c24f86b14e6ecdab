import { describe, expect, test } from '@jest/globals';
import { readToolCalls } from '../../activities/read-tool-calls.ts';
import type { KnownTool, ToolSource } from '../../domain/tools/tool-definition.ts';
import { createNowTool } from '../../tools/built-in/now.ts';
import { createSessionsListTool } from '../../tools/built-in/sessions-list.ts';
import { checkArguments } from '../../tools/check-arguments.ts';
import { cleanText, cleanValue } from '../../tools/clean-text.ts';
import { contentHash, describeTool } from '../../tools/content-hash.ts';
import { createToolOffers, definitionTokens } from '../../tools/tool-offers.ts';
import { openToolbox } from '../../tools/toolbox.ts';
import type { ToolCall } from '../../tools/tool.ts';
import { createScriptedTool } from '../harness/scripted-tools.ts';
import { until } from '../harness/until.ts';

const call: ToolCall = {
  session: 'home',
  turn: 1,
  callId: 'c1-0',
  signal: new AbortController().signal,
  language: 'en',
  messageIds: ['a'],
};
const at = Date.UTC(2026, 10, 25, 12, 30, 15);
const now = createNowTool(() => at, 'UTC');

describe('now', () => {
  test('tells the time where the server is, or in a zone of one’s choice', async () => {
    expect(JSON.parse(await now.run({}, call))).toEqual({
      time: '2026-11-25T12:30:15+00:00',
      weekday: 'Wednesday',
      timeZone: 'UTC',
    });
    expect(JSON.parse(await now.run({ timeZone: 'Asia/Shanghai' }, call))).toMatchObject({
      time: '2026-11-25T20:30:15+08:00',
    });
    expect(JSON.parse(await now.run({ timeZone: 'Asia/Kolkata' }, call))).toMatchObject({
      time: '2026-11-25T18:00:15+05:30',
    });
  });

  test('says what it takes when the zone is none', async () => {
    await expect(now.run({ timeZone: 'Mars' }, call)).rejects.toThrow('There is no time zone "Mars"');
  });
});

test('sessions_list shows what the session may see, and which of them it is itself', async () => {
  const asked: unknown[] = [];
  const tool = createSessionsListTool({
    listVisible: (session, query) => {
      asked.push([session, query]);
      return Promise.resolve([{ key: 'home', title: 'Home', status: 'active', lastMessageAt: at }]);
    },
  });
  expect(JSON.parse(await tool.run({ words: 'tea' }, call))).toEqual([
    {
      key: 'home',
      title: 'Home',
      status: 'active',
      isThisOne: true,
      lastMessageAt: '2026-11-25T12:30:15.000Z',
    },
  ]);
  expect(asked).toEqual([['home', { words: 'tea', limit: 20 }]]);
});

const knownTool = (parameters: object): KnownTool =>
  describeTool(createScriptedTool('look', () => '', { parameters: { type: 'object', ...parameters } }));
const strict = knownTool({
  properties: { at: { type: 'string' }, deep: { type: 'object', properties: { n: { type: 'integer' } } } },
  required: ['at'],
  additionalProperties: false,
});

describe('arguments', () => {
  test('that fit come as they are; nothing stands for an empty object', () => {
    expect(checkArguments(strict, '{"at":"home"}')).toEqual({ args: { at: 'home' } });
    expect(checkArguments(knownTool({}), ' ')).toEqual({ args: {} });
  });

  test.each([
    ['{"at":1}', 'at must be string'],
    ['{}', "the object must have required property 'at'"],
    ['{"at":"x","more":1}', 'must NOT have additional properties ("more")'],
    ['{"at":"x","deep":{"n":1.5}}', 'deep.n must be integer'],
    ['{"at":', 'no JSON'],
    ['[]', 'must be a JSON object'],
    [`{"at":"${'x'.repeat(40_000)}"}`, 'too long'],
  ])('%.20s: the model is told what is wrong', (given, fault) => {
    expect(checkArguments(strict, given).fault).toContain(fault);
  });

  test('a schema that cannot be read leaves it to the tool', () => {
    expect(checkArguments(knownTool({ properties: 5 }), '{"a":1}')).toEqual({ args: { a: 1 } });
    expect(checkArguments(knownTool({ $ref: 'https://example.org/schema' }), '{}')).toEqual({ args: {} });
  });
});

describe('what a model asks for', () => {
  const offer = { tools: [strict, { ...describeTool(now), needsApproval: true }], tokens: 0, set: 'x' };
  const read = (name: string, given: string) => readToolCalls([{ name, arguments: given }], offer, 5_000)[0];

  test('is taken with what its tool says of itself', () => {
    expect(read('look', '{"at":"home"}')).toEqual({ name: 'look', arguments: '{"at":"home"}' });
    expect(read(' now ', '')).toEqual({
      name: 'now',
      arguments: '{}',
      isIdempotent: true,
      approvalMs: 5_000,
    });
  });

  test('is never an error: what cannot be done carries the reason, and is no approval', () => {
    expect(read('dance', '{"b":1,"a":2}')).toEqual({
      name: 'dance',
      arguments: '{"a":2,"b":1}',
      fault: 'There is no such tool. There are: look, now.',
    });
    expect(read('now', '{"timeZone":5}')).toMatchObject({
      fault: expect.stringContaining('timeZone must be string'),
    });
    expect(read('look', '{"at": "ho')).toMatchObject({ arguments: '{"unreadable":"{\\"at\\": \\"ho"}' });
    expect(read('\u0000</tool>', '')?.name).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(read('', '')?.name).toBe('unnamed');
    expect(
      readToolCalls(
        Array.from({ length: 99 }, () => ({ name: 'look', arguments: '' })),
        offer,
        1,
      ),
    ).toHaveLength(32);
  });
});

describe('definitions', () => {
  test('are known by their content, however it is ordered', () => {
    expect(contentHash({ a: 1, b: { c: 2, d: 3 } })).toBe(contentHash({ b: { d: 3, c: 2 }, a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
  });

  test('lose what hides words from people', () => {
    expect(cleanText('a\u202eb\u200bc\u0007d\r\ne\tf\ud800', 100)).toBe('abcd\ne\tf\ufffd');
    expect(cleanValue({ 'a\u0000': ['b\u001b', { c: 1 }] })).toEqual({ a: ['b', { c: 1 }] });
  });
});

const source = (name: string, tools: readonly KnownTool[]): ToolSource => ({
  name,
  kind: 'built-in',
  state: 'ready',
  problem: null,
  tools,
});

describe('what is offered', () => {
  const others = describeTool({ ...now, name: 'other' });
  const saved: [string, readonly string[]][] = [];
  const offers = (sources: readonly ToolSource[], usual: 'all' | readonly string[] = 'all') =>
    createToolOffers({
      list: () => Promise.resolve(sources),
      saveSet: (hash, hashes) => Promise.resolve(void saved.push([hash, hashes])),
      usual,
    });
  const namesOf = async (given: ReturnType<typeof offers>, own: readonly string[] | null, most = 10_000) =>
    (await given.offer(own, most)).tools.map(({ definition }) => definition.name);

  test('is what the session may use, or else what the configuration says', async () => {
    const all = offers([source('built-in', [strict, others])]);
    expect(await namesOf(all, null)).toEqual(['look', 'other']);
    expect(await namesOf(all, ['other'])).toEqual(['other']);
    expect(await namesOf(all, [])).toEqual([]);
    expect(await namesOf(offers([source('built-in', [strict, others])], ['look']), null)).toEqual(['look']);
  });

  test('takes no more of the model’s input than it may', async () => {
    const all = offers([source('built-in', [strict, others])]);
    expect(await namesOf(all, null, definitionTokens(strict))).toEqual(['look']);
  });

  test('of two with one name the first counts, and a set is stored once', async () => {
    saved.length = 0;
    const all = offers([
      source('built-in', [strict]),
      source('x', [{ ...others, definition: { ...others.definition, name: 'look' } }]),
    ]);
    const [first, second] = [await all.offer(null, 10_000), await all.offer(null, 10_000)];
    expect(first.tools).toEqual([strict]);
    expect(second.set).toBe(first.set);
    expect(saved).toEqual([[first.set, [strict.hash]]]);
  });

  test('a database that is away costs tools, never the call', async () => {
    const away = createToolOffers({
      list: () => Promise.reject(new Error('away')),
      saveSet: () => Promise.reject(new Error('away')),
      usual: 'all',
    });
    expect(await away.offer(null, 10_000)).toEqual({ tools: [], tokens: 0, set: undefined });
  });

  test('follows what workers tell', async () => {
    let sources = [source('built-in', [strict])];
    const all = createToolOffers({
      list: () => Promise.resolve(sources),
      saveSet: () => Promise.resolve(),
      usual: 'all',
    });
    expect(await namesOf(all, null)).toEqual(['look']);
    sources = [source('built-in', [others])];
    await until(async () => (await namesOf(all, null))[0] === 'other', { what: 'the new tool' });
  });
});

test('a toolbox finds its tools by name and tells what it has', () => {
  const toolbox = openToolbox([now], []);
  expect(toolbox.find('now')).toBe(now);
  expect(toolbox.find('nothing')).toBeUndefined();
  expect(toolbox.list()).toEqual([
    { name: 'built-in', kind: 'built-in', state: 'ready', problem: null, tools: [describeTool(now)] },
  ]);
});
