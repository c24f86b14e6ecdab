import { ApplicationFailure } from '@temporalio/common';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { defaultContextLimit } from '../domain/session-state.ts';
import type { Model } from '../models/model.ts';
import type { Models } from '../models/open-models.ts';
import { noOffer, type ToolOffer, type ToolOffers } from '../tools/tool-offers.ts';
import {
  sessionQueries,
  sessionWorkflowId,
  type CallContext,
  type ContextAnswer,
  type ContextQuery,
  type InferInput,
} from '../workflows/protocol.ts';

export interface ContextSource {
  readonly client: Client;
  readonly models: Models;
  /** The context that the session handed over when it scheduled the call, when it did so in this process. */
  readonly takePrepared: (session: string, call: string) => CallContext | undefined;
  readonly offers: ToolOffers;
}

export interface LoadedCall {
  readonly context: CallContext;
  readonly model: Model;
  readonly offer: ToolOffer;
  /** The most tokens of instructions and messages, beside what it is offered. */
  readonly contextLimit: number;
}

/** The part of a model's input that the definitions of tools may take. */
const toolShare = 1 / 4;

/** How long a session may take to answer before the attempt is given up; milliseconds. */
const queryDeadlineMs = 5_000;

/**
 * What a call is shown. Only a first attempt may use what was prepared: a later one asks the session, which is also the
 * fence. Throws a final `StaleCall` when the session does not want the result any more, and whatever keeps the session
 * from answering.
 */
export async function loadContext(
  source: ContextSource,
  input: InferInput,
  attempt: number,
): Promise<CallContext> {
  const prepared = attempt === 1 ? source.takePrepared(input.session, input.call) : undefined;
  return prepared ?? (await queryContext(source.client, input, await likelyBudget(source.models)));
}

/** The model that a call goes to, and a context that it takes. Throws `ModelError` for one that cannot be used. */
export async function openCall(
  source: ContextSource,
  input: InferInput,
  context: CallContext,
): Promise<LoadedCall> {
  const model = await source.models.resolve(context.model);
  const offer = await offerTools(source.offers, context, model);
  const contextLimit = model.contextLimit - offer.tokens;
  if (context.tokens <= contextLimit) return { context, model, offer, contextLimit };
  return { context: await queryContext(source.client, input, contextLimit), model, offer, contextLimit };
}

async function offerTools(offers: ToolOffers, { tools }: CallContext, model: Model): Promise<ToolOffer> {
  if (tools === undefined || !model.takesTools) return noOffer;
  return offers.offer(tools, Math.floor(model.contextLimit * toolShare));
}

/** Which model a session has is known with its context; most have the default. */
const likelyBudget = (models: Models): Promise<number> =>
  models.resolve(null).then(
    ({ contextLimit }) => contextLimit,
    () => defaultContextLimit,
  );

async function queryContext(
  client: Client,
  { session, call }: InferInput,
  budgetTokens: number,
): Promise<CallContext> {
  const answer = await ask(client, session, { call, budgetTokens });
  if (answer.state === 'current') return answer.context;
  throw ApplicationFailure.nonRetryable(`Session ${session} does not wait for call ${call}.`, 'StaleCall');
}

async function ask(client: Client, session: string, query: ContextQuery): Promise<ContextAnswer> {
  const handle = client.workflow.getHandle(sessionWorkflowId(session));
  try {
    return await client.withDeadline(Date.now() + queryDeadlineMs, () =>
      handle.query<ContextAnswer, [ContextQuery]>(sessionQueries.context, query),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { state: 'stale' };
    throw error;
  }
}
