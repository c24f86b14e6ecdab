import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendEventStream, type StreamEvent } from './event-stream.ts';
import { problemOf, unexpectedProblem } from './problem.ts';

/** A long piece of work: how far it is, and at its end what came of it. */
type Work<Report> = AsyncGenerator<WorkEvent<Report>>;
type WorkEvent<Report> =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | ({ readonly kind: 'done' } & Report);

/** Runs a piece of work to its end and answers with what came of it. */
export async function finish<Report extends object>(work: Work<Report>): Promise<Report> {
  for await (const event of work) if (event.kind === 'done') return event;
  throw new Error('A piece of work ended without a report.');
}

/**
 * Answers with events: `progress {done, total}`, then `done` with the report, or `problem` when it cannot be finished. What
 * cannot even begin is answered as a problem. Whoever leaves ends the work.
 */
export function sendProgress<Report extends object>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work<Report>,
): Promise<void> {
  return sendEventStream(request, reply, async () => progressEvents(request, await work.next(), work));
}

export const wantsEvents = (request: FastifyRequest): boolean =>
  request.headers.accept?.includes('text/event-stream') === true;

async function* progressEvents<Report extends object>(
  request: FastifyRequest,
  first: IteratorResult<WorkEvent<Report>>,
  work: Work<Report>,
): AsyncGenerator<StreamEvent> {
  if (first.done !== true) yield streamEvent(first.value);
  try {
    for await (const event of work) yield streamEvent(event);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) request.log.error({ err: error }, 'a piece of work broke off');
    yield { name: 'problem', data: problem ?? unexpectedProblem(request.id), id: undefined };
  }
}

const streamEvent = <Report extends object>({ kind, ...value }: WorkEvent<Report>): StreamEvent => ({
  name: kind,
  data: value,
  id: undefined,
});
