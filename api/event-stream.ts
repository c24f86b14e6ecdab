import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { securityHeaders } from './security-headers.ts';

/** One event of a `text/event-stream`, whose data become JSON; or an id alone, which clients keep for when they come back. */
export type StreamEvent =
  | {
      readonly name: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly id: string | undefined;
    }
  | { readonly id: string | undefined };

/** Tells both sides that the connection lives; milliseconds. */
const beatMs = 15_000;
/** A viewer that takes nothing for so long is cut off; it comes back where it stopped. Milliseconds. */
const stalledMs = 60_000;
/** How soon a browser comes back; milliseconds. */
const retryMs = 1_000;

/**
 * Answers with events as they come, until they end or the viewer leaves, which aborts the signal that `open` gets. What
 * `open` throws is still answered as a problem. The next event is asked for when the viewer has taken the last one, so
 * that nothing piles up for a slow one.
 */
export async function sendEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  open: (signal: AbortSignal) => Promise<AsyncIterable<StreamEvent>>,
): Promise<void> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const events = await open(gone.signal);
  reply.hijack();
  const { raw } = reply;
  const beat = setInterval(() => {
    if (!raw.writableNeedDrain) raw.write(': here\n\n');
  }, beatMs);
  try {
    beginStream(raw);
    // What asks for the headers alone gets no more.
    if (request.method === 'HEAD') gone.abort();
    for await (const event of events) {
      if (gone.signal.aborted) break;
      await write(raw, formatEvent(event), gone.signal);
    }
  } catch (error) {
    if (!gone.signal.aborted) request.log.error({ err: error }, 'event stream broken off');
  } finally {
    clearInterval(beat);
    gone.abort();
    raw.end();
  }
}

function beginStream(raw: ServerResponse): void {
  raw.writeHead(200, {
    ...securityHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies that gather an answer before they pass it on would hold everything back.
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  raw.socket?.setNoDelay(true);
  raw.write(`retry: ${retryMs}\n\n`);
}

function formatEvent(event: StreamEvent): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  if (!('name' in event)) return `${id}\n`;
  // JSON has no line breaks of its own, so one line holds it.
  return `event: ${event.name}\n${id}data: ${JSON.stringify(event.data)}\n\n`;
}

async function write(raw: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  if (raw.write(text)) return;
  await once(raw, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(stalledMs)]) });
}
