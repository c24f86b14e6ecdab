import { types } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@temporalio/client';
import { AtriumError } from '../../domain/atrium-error.ts';
import { createDataConverter } from '../../runtime/data-converter.ts';
import { openDatabase } from '../../store/database.ts';
import { sessionQueries, sessionWorkflowId, type SessionChanges } from '../../workflows/protocol.ts';
import { openApiServer, type ApiServer } from '../harness/api-server.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { until } from '../harness/until.ts';

const large = 'talk '.repeat(40 * 1024);

/** Talks at length when it is told to `talk`. */
const { infer: talkative } = createScriptedModel(({ kind, messages }) => ({
  text: kind !== 'title' && messages.at(-1)?.text.startsWith('talk') === true ? large : 'short',
}));

let server: ApiServer;
beforeAll(async () => {
  server = await openApiServer({ infer: () => ({ infer: talkative }) });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

async function createSession(): Promise<string> {
  const { body } = await server.call<{ readonly sessionKey: string }>('POST', '/api/sessions/create', {});
  return body.sessionKey;
}

async function ask(key: string, text: string): Promise<string> {
  const path = `/api/sessions/${key}/messages`;
  const { body } = await server.call<{ readonly reply: { readonly text: string } }>('POST', path, {
    text,
    wait: true,
  });
  return body.reply.text;
}

const listBlobs = (key?: string) =>
  server.engine.database.kysely
    .selectFrom('vault.payload_blob')
    .select(['session_key', 'sha256'])
    .where((where) => (key === undefined ? where.lit(true) : where('session_key', '=', key)))
    .execute();

describe('a payload over 128 KiB', () => {
  test('is kept in the database under its session: the message in its signal, the reply in the activity’s result', async () => {
    const key = await createSession();
    expect(await ask(key, large)).toBe(large);
    const raw = await server.engine.temporal.workflowService.getWorkflowExecutionHistory({
      namespace: server.engine.namespace,
      execution: { workflowId: sessionWorkflowId(key) },
    });
    const largest = Math.max(...(raw.history?.events ?? []).map((event) => JSON.stringify(event).length));
    expect(largest).toBeLessThan(20_000);
    expect(await listBlobs(key)).toHaveLength(2);
  });

  test('is there once, however often it is sent', async () => {
    const key = await createSession();
    await ask(key, large);
    const before = await listBlobs(key);
    await server.call('POST', `/api/sessions/${key}/messages`, { text: large, id: 'again', wait: true });
    const after = await listBlobs(key);
    // The reply is the same; only the signal, which carries another id, is new.
    expect(after.length - before.length).toBe(1);
  });

  test('is not kept when it is the answer to a query, which no history holds', async () => {
    const key = await createSession();
    for (const letter of ['a', 'b', 'c']) await ask(key, letter.repeat(100 * 1024));
    const handle = server.engine.temporal.workflow.getHandle(sessionWorkflowId(key));
    const changes = await handle.query<SessionChanges, [object]>(sessionQueries.changes, { fromRevision: 0 });
    expect(JSON.stringify(changes).length).toBeGreaterThan(200 * 1024);
    expect(await listBlobs(key)).toEqual([]);
  });

  test('goes with its session, and belongs to no other', async () => {
    const [key, other] = [await createSession(), await createSession()];
    await ask(key, large);
    await ask(other, large);
    await server.call('DELETE', `/api/sessions/${key}`);
    await until(async () => (await listBlobs(key)).length === 0, { what: 'the blobs to be gone' });
    expect(await listBlobs(other)).toHaveLength(2);
    const owners = new Set((await listBlobs()).map((blob) => blob.session_key));
    expect([...owners].every((owner) => /^[\w-]+$/.test(owner))).toBe(true);
  });

  test('goes with a new session when it is in what the session begins with', async () => {
    const key = await createSession();
    for (const letter of ['a', 'b', 'c']) await ask(key, letter.repeat(100 * 1024));
    const { body } = await server.call<{ readonly sessionKey: string }>(
      'POST',
      `/api/sessions/${key}/fork`,
      {},
    );
    expect(await listBlobs(body.sessionKey)).toHaveLength(1);
    expect(await ask(body.sessionKey, 'and now?')).toBe('short');
  });

  test('is not accepted while the database is away: that is said, within seconds', async () => {
    const key = await createSession();
    const away = openDatabase('postgresql://nobody@127.0.0.1:1/nothing');
    const client = new Client({
      connection: server.engine.temporal.connection,
      namespace: server.engine.namespace,
      dataConverter: createDataConverter(away),
    });
    const startedAt = Date.now();
    const failure = await client.workflow
      .getHandle(sessionWorkflowId(key))
      .signal('post', { id: 'm1', text: large, at: Date.now() })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(findCause(failure)?.code).toBe('database-unavailable');
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    await client.workflow
      .getHandle(sessionWorkflowId(key))
      .signal('post', { id: 'm2', text: 'short', at: 1 });
    await away.close();
  });
});

function findCause(error: unknown): AtriumError | undefined {
  for (let cause = error; types.isNativeError(cause); cause = cause.cause)
    if (cause instanceof AtriumError) return cause;
  return undefined;
}
