/** Ten thousand sessions at once: rows straight into the database, as the projection would have written them. */
import { Client, Connection } from '@temporalio/client';
import { Client as DatabaseClient } from 'pg';
import type { SessionCreate } from '../../domain/session-create.ts';
import { sessionWorkflowId, taskQueues, workflowTypes } from '../../workflows/protocol.ts';
import { chineseWords, makeWords } from './words.ts';

/** In the order in which texts use them: the first most. */
export const seedWords = makeWords(5_000);

export interface SeedPlan {
  readonly sessions: number;
  readonly messagesEach: number;
}

/** Writes sessions `seed-1`, `seed-2`, … with their messages; every fifth one is Chinese, some are pinned or archived. */
export async function seedRows(databaseUrl: string, { sessions, messagesEach }: SeedPlan): Promise<void> {
  const client = new DatabaseClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select setseed(0.5)');
    await client.query(insertSessions, [sessions, messagesEach, seedWords, chineseWords]);
    // In portions, so that no statement takes minutes.
    for (let first = 1; first <= sessions; first += 500) {
      const last = Math.min(sessions, first + 499);
      await client.query(insertMessages, [first, last, messagesEach, seedWords, chineseWords]);
    }
    // What the server does by itself within a minute.
    await client.query('analyze projection.session, projection.message');
  } finally {
    await client.end();
  }
}

const minuteMs = 60_000;

/** Words by chance, the first ones of the list most; `rows` ties the choice to the row, so that it is made anew. */
const phrase = (count: number, rows: string): string => `
  case when n % 5 = 0
    then (select string_agg($chinese[1 + floor(power(random(), 2) * cardinality($chinese))::int], '')
          from generate_series(1, ${count}) where ${rows} is not null)
    else (select string_agg($words[1 + floor(power(random(), 3) * cardinality($words))::int], ' ')
          from generate_series(1, ${count}) where ${rows} is not null)
  end`;

const withWords = (statement: string, words: string, chinese: string): string =>
  statement.replaceAll('$words', `(${words}::text[])`).replaceAll('$chinese', `(${chinese}::text[])`);

const now = '(extract(epoch from now()) * 1000)::bigint';

const insertSessions = withWords(
  `
  insert into projection.session (key, revision, title, title_source, tags, scope, kind, ephemeral,
    archived_at, pinned_at, created_at, updated_at, last_message_at, turn_count, chapter)
  select 'seed-' || n, 1000, ${phrase(5, 'n')}, 'message',
    case when n % 10 = 0 then array['work'] else array[]::text[] end,
    'per-channel', 'direct', false,
    case when n % 4 = 0 then ${now} - n * ${minuteMs} end,
    case when n % 100 = 1 then ${now} - n * ${minuteMs} end,
    ${now} - n * ${minuteMs}, ${now} - n * ${minuteMs}, ${now} - n * ${minuteMs}, $2::int / 2, 1
  from generate_series(1, $1::int) as n`,
  '$3',
  '$4',
);

const insertMessages = withWords(
  `
  insert into projection.message (at, position, chapter, turn, revision, role, status, session_key, id, text)
  select ${now} - n * ${minuteMs} + position, position, 1, (position + 1) / 2, position,
    (case when position % 2 = 1 then 'user' else 'assistant' end)::projection.message_role,
    (case when position % 2 = 1 then 'done' else 'complete' end)::projection.message_status,
    'seed-' || n, 'seed-' || n || '-' || position, ${phrase(40, 'n + position')}
  from generate_series($1::int, $2::int) as n, generate_series(1, $3::int) as position`,
  '$4',
  '$5',
);

/** Gives the first `count` seeded sessions a living workflow. */
export async function seedWorkflows(temporalAddress: string, count: number): Promise<void> {
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  const start = (key: string): Promise<unknown> =>
    client.workflow.start(workflowTypes.session, {
      workflowId: sessionWorkflowId(key),
      taskQueue: taskQueues.sessions,
      workflowTaskTimeout: '5s',
      args: [{ key, create }],
    });
  try {
    for (let first = 1; first <= count; first += 50) {
      const portion = Array.from({ length: Math.min(50, count - first + 1) }, (_, index) => first + index);
      await Promise.all(portion.map((number) => start(`seed-${number}`)));
    }
  } finally {
    await connection.close();
  }
}

const create: SessionCreate = {
  at: Date.now(),
  scope: 'per-channel',
  kind: 'direct',
  settings: {
    idleArchiveAfterMs: null,
    maxWaiting: 100,
    resetPrompt: null,
    language: 'en',
    rollAfterTurns: 100,
  },
};
