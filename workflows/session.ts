/**
 * A session: one long-running workflow whose history is its isolated context. Handlers only change the state; this one
 * loop consumes, so nothing needs a lock.
 */
import {
  condition,
  continueAsNew,
  setDefaultSignalHandler,
  setHandler,
  defineQuery,
} from '@temporalio/workflow';
import { changesSince, factsOf } from '../domain/changes.ts';
import { assembleContext } from '../domain/context.ts';
import type { SessionState } from '../domain/session-state.ts';
import {
  sessionQueries,
  type ChangesQuery,
  type ContextAnswer,
  type ContextQuery,
  type FactsAnswer,
  type SessionChanges,
  type SessionInput,
} from './protocol.ts';
import { SessionRun } from './session-run.ts';

const factsQuery = defineQuery<FactsAnswer>(sessionQueries.facts);
const contextQuery = defineQuery<ContextAnswer, [ContextQuery]>(sessionQueries.context);
const stateQuery = defineQuery<SessionState>(sessionQueries.state);
const changesQuery = defineQuery<SessionChanges, [ChangesQuery]>(sessionQueries.changes);

/** Runs until the session is deleted or, when ephemeral, over. Registered as `session`. */
export async function session(input: SessionInput): Promise<void> {
  const run = new SessionRun(input);
  setHandler(factsQuery, () => factsOf(run.state));
  setHandler(contextQuery, (query) => answerContext(run.state, query));
  setHandler(changesQuery, ({ fromRevision }) =>
    changesSince(run.state, fromRevision ?? run.state.projectedRevision),
  );
  setHandler(stateQuery, () => run.state);
  // One handler for all signals: with a handler each, those that wait for the first activation would arrive sorted by
  // name instead of in the order in which the server accepted them (I4).
  setDefaultSignalHandler((name, payload) => run.receive(name, payload));
  for (;;) {
    run.startBackgroundCall();
    switch (run.nextStep()) {
      case 'turn':
        run.beginTurn();
        break;
      case 'conclude':
        run.conclude();
        break;
      case 'roll':
        return await continueAsNew<typeof session>({
          key: input.key,
          carry: run.carry(),
          confirmsInTask: true,
        });
      case 'end':
        return await run.end();
      case 'wait':
        // Only now, so that a message and the beginning of its turn are one change to the database.
        run.startUpkeep();
        await condition(() => run.isAwake());
    }
  }
}

/** The context of a pending call; `stale` for any other, so that a zombie stops before it spends a token. */
function answerContext(state: SessionState, query: ContextQuery): ContextAnswer {
  const call = state.calls.find((pending) => pending.id === query.call);
  if (call === undefined) return { state: 'stale' };
  return { state: 'current', context: assembleContext(state, call, query.budgetTokens) };
}
