import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SessionState } from '../../domain/session-state.ts';
import { openSessionServer, savedOutcomes, type SessionServer } from '../harness/session-server.ts';
import { createScriptedModel } from '../harness/scripted-model.ts';
import { buildCreate } from '../harness/session-driver.ts';
import { until } from '../harness/until.ts';

const model = createScriptedModel((context) => {
  const text = context.messages.at(-1)?.text ?? '';
  if (context.kind === 'title') return { text: 'A model title' };
  return text.includes('hang') ? 'hang' : { text: `answer to ${text}` };
});
let server: SessionServer;
beforeAll(async () => {
  server = await openSessionServer(model.infer);
});
afterAll(async () => {
  await server.stop();
});

const settings = buildCreate().settings;

/** A machine that is too busy times workflow tasks out; each takes an event of its own and the scheduling anew. */
async function countEvents(handle: WorkflowHandle): Promise<number> {
  const events = (await handle.fetchHistory()).events ?? [];
  const timedOut = events.filter((event) => event?.workflowTaskTimedOutEventAttributes);
  return events.length - 2 * timedOut.length;
}

describe('a session workflow', () => {
  test('I2, I4: a burst is answered message by message in order, a duplicate once', async () => {
    const session = await server.start();
    const ids = Array.from({ length: 12 }, (_, index) => `m${index}`);
    for (const id of ids) await session.post(id);
    await session.post('m3');
    await session.outcome('m11');
    const { messages } = await session.changes();
    const ordered = messages.toSorted((a, b) => a.turn - b.turn || a.position - b.position);
    expect(ordered.map((row) => row.text)).toEqual(
      ids.flatMap((id) => [`text of ${id}`, `answer to text of ${id}`]),
    );
  });

  test('I1, I2: nothing is lost or doubled while the session rolls to new runs under load', async () => {
    const session = await server.start({ settings: { ...settings, rollAfterTurns: 3 } });
    const ids = Array.from({ length: 30 }, (_, index) => `m${index}`);
    await Promise.all(ids.map((id) => session.post(id)));
    await Promise.all(ids.map((id) => session.outcome(id)));
    for (const id of ids) await session.post(id);
    const facts = await session.facts();
    expect(facts.facts.turnCount).toBe(30);
    expect(facts.waitingCount).toBe(0);
    const runs = new Set<string>();
    for await (const run of server.client.workflow.list({
      query: `WorkflowId = '${session.handle.workflowId}'`,
    }))
      runs.add(run.runId);
    expect(runs.size).toBeGreaterThan(1);
    const outcomes = savedOutcomes(server.saved, session.key);
    expect(outcomes.flatMap((outcome) => outcome.messageIds).toSorted()).toEqual(ids.toSorted());
  });

  test('an interrupt keeps what had arrived and lets the next message go on', async () => {
    const session = await server.start();
    await session.post('a', { text: 'hang please' });
    await until(async () => (await session.facts()).running, { what: 'the turn to run' });
    await session.post('b');
    await session.signal('interrupt', {});
    expect((await session.outcome('a')).row).toMatchObject({ status: 'partial', text: 'so far' });
    expect((await session.outcome('b')).row).toMatchObject({ status: 'complete', turn: 2 });
  });

  test('busy "interrupt" stops the running turn for the new message', async () => {
    const session = await server.start();
    await session.post('a', { text: 'hang please' });
    await until(async () => (await session.facts()).running, { what: 'the turn to run' });
    await session.post('b', { busy: 'interrupt' });
    expect((await session.outcome('a')).row.status).toBe('partial');
    expect((await session.outcome('b')).row.status).toBe('complete');
  });

  test('a caller reads its own write: a query after a signal sees its effect', async () => {
    const session = await server.start();
    await session.signal('archive', { reason: 'done' });
    expect((await session.facts()).facts.archivedReason).toBe('done');
    await session.signal('restore', {});
    await session.signal('rename', { title: 'Mine' });
    expect((await session.facts()).facts).toMatchObject({ archivedAt: null, title: 'Mine' });
  });

  test('an unknown signal and a payload of the wrong shape change nothing and stop nothing', async () => {
    const session = await server.start();
    await session.handle.signal('no-such-signal', {});
    await session.handle.signal('rename', null);
    await session.post('a');
    expect((await session.outcome('a')).row.status).toBe('complete');
  });

  test('an idle session archives itself by a timer, a pinned one does not', async () => {
    const idle = { settings: { ...settings, idleArchiveAfterMs: 300 } };
    const [idling, pinned] = [await server.start(idle), await server.start(idle)];
    await pinned.signal('pin', {});
    const archived = await until(async () => (await idling.facts()).facts.archivedAt !== null, {
      what: 'archive',
    });
    expect(archived).toBe(true);
    expect((await idling.facts()).facts.archivedReason).toBe('idle');
    expect((await pinned.facts()).facts.archivedAt).toBeNull();
  });

  test('the projection ends up with every row at the session’s revision', async () => {
    const session = await server.start();
    await session.post('a');
    await session.outcome('a');
    const { revision } = await until(
      async () => {
        const changes = await session.changes();
        const saved = server.saved.findLast((other) => other.facts.key === session.key);
        return saved?.revision === changes.revision && changes.facts.titleSource === 'model' && saved;
      },
      { what: 'the projection' },
    );
    expect(revision).toBeGreaterThan(0);
    expect((await session.facts()).facts).toMatchObject({ title: 'A model title', titleSource: 'model' });
  });

  test('I8: a plain turn costs at most 18 events', async () => {
    const session = await server.start({ label: 'named' });
    for (const id of ['a', 'b']) {
      await session.post(id);
      await session.outcome(id);
    }
    const settle = () =>
      until(
        async () => {
          const state = await session.handle.query<SessionState>('state');
          return state.running === null && state.projectedRevision === state.revision;
        },
        { what: 'the projection to be confirmed' },
      );
    await settle();
    const before = await countEvents(session.handle);
    await session.post('c');
    await session.outcome('c');
    await settle();
    const events = (await countEvents(session.handle)) - before;
    expect(events).toBeGreaterThan(8);
    expect(events).toBeLessThanOrEqual(18);
  });

  test('the context query is a fence: a call that is over is stale', async () => {
    const session = await server.start();
    await session.post('a');
    await session.outcome('a');
    const answer = await session.handle.query('context', { call: 'c1', budgetTokens: 1_000 });
    expect(answer).toEqual({ state: 'stale' });
  });

  test('a deletion withdraws what waits and leaves no run behind', async () => {
    const session = await server.start();
    await session.post('a', { text: 'hang please' });
    await until(async () => (await session.facts()).running, { what: 'the turn to run' });
    await session.post('b');
    const erasure = await server.client.workflow.start('erasure', {
      workflowId: `erasure/${session.key}`,
      taskQueue: 'sessions',
      args: [{ key: session.key, receiptId: 'r1', reason: 'deleted' }],
    });
    await erasure.result();
    expect((await session.outcome('a')).row.status).toBe('partial');
    expect((await session.outcome('b')).row.status).toBe('withdrawn');
    expect(server.erased).toContain(session.key);
    await expect(session.handle.describe()).rejects.toThrow(/not found/i);
  }, 90_000);

  test('a failing session delays no other', async () => {
    const [stuck, other] = [await server.start(), await server.start()];
    await stuck.post('a', { text: 'hang please' });
    await other.post('b');
    expect((await other.outcome('b')).row.status).toBe('complete');
    await stuck.signal('interrupt', {});
    await stuck.outcome('a');
  });
});
