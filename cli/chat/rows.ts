import { stripVTControlCharacters } from 'node:util';
import { textWidth } from '../output/width.ts';

/** How many rows an ended input line takes, as readline counts: a line that fills its row to the end has one more. */
export const countRows = (text: string, columns: number): number =>
  Math.floor(textWidth(stripVTControlCharacters(text)) / columns) + 1;
