import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { InferResult } from '../../domain/model-call.ts';
import type { SessionState } from '../../domain/session-state.ts';
import {
  sessionQueries,
  type CallContext,
  type CallToolInput,
  type ToolActivities,
} from '../../workflows/protocol.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { createScriptedTool, createScriptedTools } from '../harness/scripted-tools.ts';
import { openSessionServer, type SessionServer, type TestSession } from '../harness/session-server.ts';
import { asking, askFor } from '../harness/tool-turns.ts';
import { until } from '../harness/until.ts';

/** What the model does with replies, in order; then it answers with what the last message says. */
let script: ((context: CallContext) => Partial<InferResult>)[] = [];
let made: CallToolInput[] = [];
/** Calls that never come back, as if their worker were gone. */
let isLost = (_input: CallToolInput): boolean => false;
let release: () => void = () => undefined;
let together = 0;
let mostTogether = 0;

const model = createScriptedModel((context) => {
  if (context.kind === 'title') return { text: 'A title' };
  const next = script.shift();
  return next?.(context) ?? { text: `told: ${context.messages.at(-1)?.text}` };
});
const tools = createScriptedTools([
  createScriptedTool('echo', ({ say }) => String(say)),
  createScriptedTool('fail', () => Promise.reject(new Error('it broke'))),
  createScriptedTool('together', async () => {
    together += 1;
    mostTogether = Math.max(mostTogether, together);
    await until(() => together >= 3 || mostTogether >= 3, { what: 'the others' });
    together -= 1;
    return 'all were there';
  }),
  createScriptedTool(
    'wait',
    (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      }),
  ),
]);
const activities: ToolActivities = {
  callTool: async (input) => {
    made.push(input);
    // Without a heartbeat the server finds that its worker is gone.
    if (isLost(input)) await new Promise<void>((resolve) => (release = resolve));
    return tools.callTool(input);
  },
};

let server: SessionServer;
beforeAll(async () => {
  server = await openSessionServer(model.infer, undefined, activities);
});
beforeEach(() => {
  script = [];
  made = [];
  isLost = () => false;
  [together, mostTogether] = [0, 0];
});
afterAll(async () => {
  release();
  await server.stop();
});

const titled = { label: 'has a title' };
const say = (text: string) => askFor('echo', { arguments: JSON.stringify({ say: text }) });
const toolRows = async (session: TestSession) =>
  (await session.changes()).messages.filter(({ role }) => role === 'tool');
const waiting = (session: TestSession) =>
  until(
    async () => {
      const state = await session.handle.query<SessionState>(sessionQueries.state);
      return state.running?.tools?.find(({ approval }) => approval !== undefined)?.approval;
    },
    { what: 'the approval to be asked for' },
  );

const again = (context: CallContext) => asking([say(`step ${context.step ?? 1}`)]);

describe('a turn whose model asks for tools', () => {
  test('I2: makes the calls and asks again with what they gave; the answer is the one outcome', async () => {
    script = [() => asking([say('hello'), askFor('fail')], { text: 'One moment.' })];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row).toMatchObject({ status: 'complete', text: 'told: it broke' });
    const rows = await toolRows(session);
    expect(rows.map(({ text, toolCall }) => [text, toolCall?.state])).toEqual([
      ['hello', 'done'],
      ['it broke', 'failed'],
    ]);
    expect(rows[0]?.toolCall?.said).toBe('One moment.');
    expect(made.find(({ name }) => name === 'echo')).toMatchObject({
      session: session.key,
      turn: 1,
      callId: 'c1-0',
      messageIds: ['a'],
      tools: null,
    });
    expect(model.shown.at(-1)?.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
    ]);
  });

  test('makes all calls of a step at the same time', async () => {
    script = [() => asking([1, 2, 3].map((at) => askFor('together', { arguments: `{"at":${at}}` })))];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row.text).toBe('told: all were there');
    expect(mostTogether).toBe(3);
  });

  test('takes as many steps as it is allowed, and then one without tools', async () => {
    const last = (context: CallContext) => ({ ...again(context), isLastStep: true as const });
    script = [
      again,
      again,
      last,
      ({ tools: offered }) => ({ text: offered === undefined ? 'closed' : 'open' }),
    ];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row.text).toBe('closed');
    expect(await toolRows(session)).toHaveLength(3);
  });

  test('lets what steers join at the next step, with the same outcome', async () => {
    const session = await server.start(titled);
    script = [
      () => asking([askFor('echo', { arguments: '{"say":"x"}', approvalMs: 60_000 })]),
      ({ messages }) => ({ text: messages.map(({ role }) => role).join(' ') }),
    ];
    await session.post('a');
    const { id } = await waiting(session);
    await session.post('b', { busy: 'steer' });
    await session.signal('approve', { id, allow: true });
    const { row, messageIds } = await session.outcome('b');
    expect(messageIds).toEqual(['a', 'b']);
    expect(row.text).toBe('user assistant tool user');
  });

  test('an interrupt stops the calls that run, within seconds', async () => {
    script = [() => asking([askFor('wait')])];
    const session = await server.start(titled);
    await session.post('a');
    await until(() => made.length > 0, { what: 'the call' });
    const asked = Date.now();
    await session.signal('interrupt', {});
    expect((await session.outcome('a')).row).toMatchObject({
      status: 'interrupted',
      text: 'Stopped while tools were used.',
    });
    expect(Date.now() - asked).toBeLessThan(8_000);
    expect(await toolRows(session)).toMatchObject([{ status: 'done', toolCall: { state: 'unknown' } }]);
  });
});

describe('a call whose worker is lost', () => {
  test('is not made again: its outcome is unknown, to the model and to people', async () => {
    isLost = () => true;
    script = [() => asking([say('once')])];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row.text).toContain('The outcome of this call is unknown');
    expect(await toolRows(session)).toMatchObject([{ toolCall: { state: 'unknown' } }]);
    expect(made).toHaveLength(1);
    release();
  }, 60_000);

  test('is made again when its tool says that this does no harm', async () => {
    isLost = () => made.length === 1;
    script = [() => asking([{ ...say('again'), isIdempotent: true }])];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row.text).toBe('told: again');
    expect(made.map(({ callId }) => callId)).toEqual(['c1-0', 'c1-0']);
    release();
  }, 60_000);
});

const pay = (approvalMs: number) => () => asking([{ ...say('paid'), approvalMs }]);

describe('a call that a person has to allow', () => {
  test('waits for the answer, and is made once it is allowed', async () => {
    script = [pay(60_000)];
    const session = await server.start(titled);
    await session.post('a');
    const { id } = await waiting(session);
    expect((await session.facts()).running).toBe(true);
    expect(made).toEqual([]);
    await session.signal('approve', { id, allow: true });
    await session.signal('approve', { id, allow: true });
    expect((await session.outcome('a')).row.text).toBe('told: paid');
    expect(made).toHaveLength(1);
  });

  test('is not made when it is denied', async () => {
    script = [pay(60_000)];
    const session = await server.start(titled);
    await session.post('a');
    await session.signal('approve', { id: (await waiting(session)).id, allow: false });
    expect((await session.outcome('a')).row.text).toContain('did not allow this call');
    expect(made).toEqual([]);
  });

  test('counts as denied when time is up', async () => {
    script = [pay(1_500)];
    const session = await server.start(titled);
    await session.post('a');
    expect((await session.outcome('a')).row.text).toContain('Nobody allowed this call in time');
    expect(made).toEqual([]);
  });

  test('is given up when the turn is stopped', async () => {
    script = [pay(60_000)];
    const session = await server.start(titled);
    await session.post('a');
    const { id } = await waiting(session);
    await session.signal('interrupt', {});
    expect((await session.outcome('a')).row.status).toBe('interrupted');
    await session.signal('approve', { id, allow: true });
    await session.post('b');
    expect((await session.outcome('b')).row.text).toContain('told: text of b');
    expect(made).toEqual([]);
  });
});
