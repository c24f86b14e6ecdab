import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { formatMessage } from '../../cli/output/format-message.ts';
import { silent } from '../../cli/output/output.ts';
import { messageAnswer } from './builders.ts';
import { ContractServer, problem } from './contract-server.ts';
import { runCommand } from './run-command.ts';

let server: ContractServer;
beforeEach(async () => {
  server = await ContractServer.open();
});
afterEach(() => server[Symbol.asyncDispose]());

const run = (...args: readonly string[]) => runCommand({ url: server.url }, args);
const linesOf = (text: string): readonly string[] =>
  text.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '));

const list = {
  items: [
    {
      name: 'now',
      description: 'Tells the time.',
      source: 'built-in',
      isIdempotent: true,
      needsApproval: false,
      isDefault: true,
    },
    {
      name: 'bank__pay',
      description: 'Pays\u001b[31m.',
      source: 'bank',
      isIdempotent: false,
      needsApproval: true,
      isDefault: false,
    },
  ],
  servers: [{ name: 'bank', kind: 'http', state: 'down', problem: 'no answer', tools: 1 }],
};
const approval = {
  id: 'an-id',
  session: 'home',
  turn: 3,
  callId: 'c4-0',
  name: 'bank__pay',
  arguments: '{"sum":5,"to":"\u001b[2Jx"}',
  askedAt: '2029-12-31T12:00:00.000Z',
  expiresAt: '2030-01-01T12:00:00.000Z',
};

describe('tools', () => {
  test('shows what there is, from where, for whom, and how the servers are', async () => {
    server.on('GET /api/tools', { body: list });
    expect(linesOf((await run('tools')).stdout)).toEqual([
      'TOOL  FROM  USE  WHAT IT DOES',
      'now  built-in  all sessions  Tells the time.',
      'bank__pay  bank  where listed, asks you  Pays␛[31m.',
      'SERVER  STATE  TOOLS  WHY',
      'bank  down  1  no answer',
      '',
    ]);
    expect(JSON.parse((await run('tools', '--json')).stdout)).toMatchObject({ servers: list.servers });
  });

  test('says why there are none', async () => {
    server.on('GET /api/tools', { body: { items: [], servers: [] } });
    expect((await run('tools')).stdout).toMatch(/^There are none: no worker serves/);
  });
});

describe('approvals', () => {
  test('shows each call whole and harmless, and until when it waits', async () => {
    server.on('GET /api/approvals', { body: { items: [approval], nextCursor: null } });
    const { stdout } = await run('approvals', 'list');
    expect(stdout).toMatch(
      /^an-id\n {2}bank__pay \{"sum":5,"to":"␛\[2Jx"\}\n {2}session home, turn 3; denied by itself 2030-01-01 12:00:00Z\n$/,
    );
    expect((await run('approvals')).stdout).toBe(stdout);
  });

  test('are allowed and denied by their id', async () => {
    server.on('POST /api/approvals/an-id', { body: { id: 'an-id', session: 'home', turn: 3 } });
    expect((await run('approvals', 'allow', 'an-id')).stdout).toBe(
      'Allowed. Turn 3 of session home goes on.\n',
    );
    await run('approvals', 'deny', 'an-id', '--json');
    expect(server.requests.map(({ body }) => body)).toEqual([{ allow: true }, { allow: false }]);
  });

  test('that nobody waits for end with 5', async () => {
    server.on('POST /api/approvals/x', problem(404, 'unknown-approval', 'Nothing waits for this approval.'));
    expect(await run('approvals', 'allow', 'x')).toMatchObject({ exitCode: 5 });
  });
});

test('sessions create takes the names of tools, also none', async () => {
  server.on('POST /api/sessions/create', { status: 201, body: { sessionKey: 'x', session: {} } });
  await run('sessions', 'create', 'x', '--tools', 'now, bank__pay');
  await run('sessions', 'create', 'x', '--tools', '');
  expect(server.requests.map(({ body }) => (body as { tools: unknown }).tools)).toEqual([
    ['now', 'bank__pay'],
    [],
  ]);
});

test('a transcript shows what was asked for and what it gave, shortened and harmless', () => {
  const row = messageAnswer({
    role: 'tool',
    status: 'done',
    text: `a\u001b[31m${'x'.repeat(500)}`,
    toolCall: { callId: 'c1-0', name: 'look', arguments: '{"at":1}', state: 'unknown', said: 'Let me see.' },
  });
  const [said, call, result] = formatMessage(row, silent.colours).split('\n');
  expect([said, call]).toEqual(['Let me see.', '· look({"at":1}) [unknown]']);
  expect(result).toMatch(/^· {3}a␛\[31mx+…$/);
});
