import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { errorText } from '../../config/error-code.ts';
import type { ServerNote } from '../home/server-note.ts';
import { found, type Check } from './check.ts';

const reportSchema = z.object({
  parts: z.record(z.string(), z.object({ state: z.string(), detail: z.string().optional() })),
});

/** The running server and its workers, as it says itself. */
export async function checkServer(
  { databaseUrl, temporal }: Config,
  note: ServerNote | undefined,
): Promise<readonly Check[]> {
  if (note === undefined && databaseUrl !== null && temporal.address !== null)
    return [
      found('server', 'off', {
        detail: 'No server of this data folder runs.',
        advice: 'Start it with "npm start", or its parts with "atrium api" and "atrium worker".',
      }),
    ];
  if (note === undefined)
    return [found('server', 'off', { detail: 'It does not run.', advice: 'Start it with "npm start".' })];
  if (note.url === undefined)
    return [found('server', 'warning', { detail: `It is just starting (process ${note.pid}).` })];
  try {
    const answer = await fetch(`${note.url}/readyz`, { signal: AbortSignal.timeout(10_000) });
    const { parts } = reportSchema.parse(await answer.json());
    const server = found('server', 'ok', { detail: `${note.url} (process ${note.pid})` });
    return [server, ...Object.entries(parts).flatMap(([name, part]) => workerCheck(name, part))];
  } catch (error) {
    const detail = `${note.url} does not answer as it should: ${errorText(error)}`;
    return [found('server', 'broken', { detail, advice: 'Stop it with Ctrl-C and start it again.' })];
  }
}

function workerCheck(
  name: string,
  part: { readonly state: string; readonly detail?: string | undefined },
): Check[] {
  if (name !== 'workers') return [];
  const detail = part.detail ?? 'Sessions and model calls are worked on.';
  return [found('worker', part.state === 'ok' ? 'ok' : 'broken', { detail })];
}
