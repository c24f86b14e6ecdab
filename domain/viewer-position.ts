/**
 * How far a viewer has come in a session's stream. It travels as the SSE id, `turn:attempt:end:row:check` while a turn is
 * open, with `:tools` behind it once it used one, and `turn:attempt:end:row` after its outcome, so that any process can go on where another stopped.
 */
export interface ViewerPosition {
  /** Every outcome row up to this position has been shown; undefined in an id that a person wrote (`turn:attempt:end`). */
  readonly row: number | undefined;
  readonly turn: number;
  readonly attempt: number;
  /** Where the shown text ends, in UTF-16 units. */
  readonly end: number;
  /** Present while the turn is open: a checksum of the shown text, 0 when unknown. */
  readonly check: number | undefined;
  /** While the turn is open: the revision of the last tool's row that was shown; absent for none. */
  readonly tools?: number | undefined;
}

/** The checksum of an empty text. Never 0, which stands for an unknown one. */
export const emptyCheck = 0x811c9dc5;

/** The position of a viewer that has seen every outcome up to `row` and no turn yet. */
export const positionAfter = (row: number): ViewerPosition => ({
  row,
  turn: 0,
  attempt: 0,
  end: 0,
  check: undefined,
});

/** The checksum of a longer text from that of its beginning (32-bit FNV-1a over UTF-16 units). */
export function extendCheck(check: number, addition: string): number {
  let hash = check;
  for (let index = 0; index < addition.length; index += 1)
    hash = Math.imul(hash ^ addition.charCodeAt(index), 0x01000193);
  return hash >>> 0 || 1;
}

/** Whether a text begins with what a viewer has been shown. */
export function isContinued(position: ViewerPosition, text: string): boolean {
  if (position.end > text.length) return false;
  return position.check === 0 || extendCheck(emptyCheck, text.slice(0, position.end)) === position.check;
}

export function formatPosition({ turn, attempt, end, row, check, tools }: ViewerPosition): string {
  const place = `${turn}:${attempt}:${end}:${row ?? 0}`;
  if (check === undefined) return place;
  return `${place}:${check.toString(36)}${tools === undefined ? '' : `:${tools}`}`;
}

/** The position behind an SSE id, or undefined when it is not one of ours. */
export function parsePosition(id: string): ViewerPosition | undefined {
  const parts = /^(\d{1,9}):(\d{1,9}):(\d{1,9})(?::(\d{1,9})(?::([0-9a-z]{1,7})(?::(\d{1,9}))?)?)?$/.exec(id);
  if (parts === null) return undefined;
  const [, turn, attempt, end, row, check, tools] = parts;
  const place = { turn: Number(turn), attempt: Number(attempt), end: Number(end) };
  if (row === undefined) return { ...place, row: undefined, check: 0 };
  return {
    ...place,
    row: Number(row),
    check: check === undefined ? undefined : Number.parseInt(check, 36),
    ...(tools === undefined ? {} : { tools: Number(tools) }),
  };
}
