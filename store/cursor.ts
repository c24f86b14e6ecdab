import { AtriumError } from '../domain/atrium-error.ts';

export type CursorValue = string | number;

/**
 * An opaque cursor: where a page ended, and in which list. `list` names everything that decides what the list holds and
 * its order.
 */
export function formatCursor(list: string, place: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

/**
 * The place that a cursor of this list names, of the same shape as `sample`; undefined when it is none of this list.
 */
export function parseCursor(
  cursor: string,
  list: string,
  sample: readonly CursorValue[],
): readonly CursorValue[] | undefined {
  const parts = decode(cursor);
  if (parts === undefined || parts[0] !== list || parts.length !== sample.length + 1) return undefined;
  const place = parts.slice(1);
  const fits = place.every((value, index) => isValue(value) && typeof value === typeof sample[index]);
  return fits ? place.filter(isValue) : undefined;
}

export const badCursor = (): AtriumError =>
  new AtriumError('invalid', 'bad-cursor', 'Cannot go on from this cursor: it is not one of this list.');

function decode(cursor: string): readonly unknown[] | undefined {
  if (!/^[A-Za-z0-9_-]{1,4096}$/.test(cursor)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whole numbers that a bigint holds, and texts that PostgreSQL takes: a cursor may have been made by hand. */
const isValue = (value: unknown): value is CursorValue =>
  typeof value === 'string' ? value.isWellFormed() && !value.includes('\0') : Number.isSafeInteger(value);
