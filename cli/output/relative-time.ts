const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago something was, as people say it; a month back and earlier it is the date (UTC). */
export function formatRelativeTime(at: string | null, now: number): string {
  const time = at === null ? Number.NaN : Date.parse(at);
  if (Number.isNaN(time)) return '–';
  const age = now - time;
  if (age < 45_000) return age < -minute ? formatTime(time) : 'just now';
  if (age < hour) return `${Math.max(1, Math.round(age / minute))} min ago`;
  if (age < day) return `${Math.round(age / hour)} h ago`;
  if (age < 30 * day) return `${Math.round(age / day)} d ago`;
  return formatTime(time).slice(0, 10);
}

/** `2026-01-31 12:00:00Z`. */
export const formatTime = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}Z`;

/** A span such as `420 ms`, `3.4 s` or `2 min 05 s`. */
export function formatSpan(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < minute) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
