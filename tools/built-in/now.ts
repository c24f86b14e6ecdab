import { z } from 'zod';
import { parametersOf } from '../parameters-of.ts';
import type { Tool } from '../tool.ts';

const takes = z.object({
  timeZone: z
    .string()
    .max(64)
    .optional()
    .describe('IANA name such as "Europe/Berlin"; the server’s own when absent'),
});

/** The time; `now` gives milliseconds since the epoch, `timeZone` is where the server is. */
export const createNowTool = (
  now: () => number,
  timeZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Tool => ({
  name: 'now',
  description: 'Tells the present date, weekday and time, in a time zone of your choice.',
  parameters: parametersOf(takes),
  isIdempotent: true,
  needsApproval: false,
  run: async (args) => tellTime(now(), takes.parse(args).timeZone ?? timeZone),
});

function tellTime(at: number, timeZone: string): string {
  const offset = partsOf(at, timeZone).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const parts = Object.fromEntries(partsOf(at, timeZone).map(({ type, value }) => [type, value]));
  const time = `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:${parts['second']}`;
  const zone = offset === 'GMT' ? '+00:00' : offset.replace('GMT', '');
  return JSON.stringify({ time: `${time}${zone}`, weekday: parts['weekday'], timeZone });
}

function partsOf(at: number, timeZone: string): Intl.DateTimeFormatPart[] {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      weekday: 'long',
      timeZoneName: 'longOffset',
    }).formatToParts(at);
  } catch {
    throw new Error(`There is no time zone "${timeZone}". Use an IANA name such as "Asia/Shanghai".`);
  }
}
