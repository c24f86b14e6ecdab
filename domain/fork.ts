import { messageOutcome, type Message } from './message.ts';
import type { ForkOrigin } from './session-create.ts';

/**
 * The rows with which a fork begins: the chapter of a turn, up to and including that turn; turns without an outcome are
 * left out. Without a number it is the newest turn that has its outcome.
 */
export function forkOrigin(
  key: string,
  rows: readonly Message[],
  turn: number | undefined,
): ForkOrigin | 'unknown-turn' | 'turn-unfinished' {
  const finished = new Set(rows.filter(isOutcome).map((row) => row.turn));
  const last = turn ?? Math.max(0, ...finished);
  const chapter = rows.findLast((row) => row.turn === last)?.chapter ?? newestChapter(rows);
  if (turn !== undefined && !rows.some((row) => row.turn === turn)) return 'unknown-turn';
  if (turn !== undefined && !finished.has(turn)) return 'turn-unfinished';
  const messages = rows
    .filter((row) => row.chapter === chapter && row.turn <= last && finished.has(row.turn))
    .toSorted((a, b) => a.turn - b.turn || a.position - b.position);
  return { key, turn: last, messages };
}

const isOutcome = (row: Message): boolean => messageOutcome(row) !== undefined;

const newestChapter = (rows: readonly Message[]): number => Math.max(1, ...rows.map((row) => row.chapter));
