import { textWidth } from '../../cli/output/width.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** What the second column of a wide character holds. */
const shadow = '';

/** As much of a terminal as shows where text ends up: rows that scroll, a cursor, and the sequences that move it. */
export class TerminalModel {
  columns: number;
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Everything from the first row, without what is blank at the ends. */
  get text(): string {
    const lines = this.#rows.map((row) =>
      Array.from(row, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
    return lines.join('\n').trimEnd();
  }

  write(text: string): void {
    // oxlint-disable-next-line eslint/no-control-regex
    for (const part of text.matchAll(/\u001b\[([?\d;]*)([A-Za-z])|[\r\n]|[^\u001b\r\n]+/g)) {
      const [whole, argument = '', command] = part;
      if (command !== undefined) this.#obey(command, argument);
      else if (whole === '\r') this.#column = 0;
      else if (whole === '\n') this.#lineFeed();
      else this.#print(whole);
    }
  }

  #obey(command: string, argument: string): void {
    const count = Number.parseInt(argument, 10) || 1;
    if (command === 'A') this.#row = Math.max(0, this.#row - count);
    else if (command === 'B') this.#row += count;
    else if (command === 'C') this.#column = Math.min(this.columns - 1, this.#column + count);
    else if (command === 'D') this.#column = Math.max(0, this.#column - count);
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'J' || command === 'K') this.#erase(command);
    else if (command !== 'm' && !argument.startsWith('?'))
      throw new Error(`Unknown sequence ${argument}${command}`);
  }

  #erase(command: string): void {
    this.#rows[this.#row]?.splice(this.#column);
    if (command === 'J') this.#rows.splice(this.#row + 1);
  }

  /** A terminal's output turns a line feed into a new line. */
  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    while (this.#rows.length <= this.#row) this.#rows.push([]);
  }

  #print(text: string): void {
    for (const { segment } of graphemes.segment(text)) {
      const width = textWidth(segment);
      // A full row breaks when the next character comes, not before.
      if (this.#column + width > this.columns) this.#lineFeed();
      const row = (this.#rows[this.#row] ??= []);
      row[this.#column] = segment;
      for (let extra = 1; extra < width; extra += 1) row[this.#column + extra] = shadow;
      this.#column += width;
    }
  }
}
