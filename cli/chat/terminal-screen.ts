import { createInterface, type Interface } from 'node:readline';
import type { CommandIo } from '../command-io.ts';
import { openOutput, type Output } from '../output/output.ts';
import { fitWidth, lastRow } from '../output/width.ts';
import type { ChatListener, ChatScreen } from './chat-screen.ts';
import { LineCollector } from './line-collector.ts';
import { countRows } from './rows.ts';

export interface TerminalScreenOptions {
  /** What was typed before, the newest first. */
  readonly history: readonly string[];
  readonly onHistory: (lines: readonly string[]) => void;
  /** What Tab may complete a line to. */
  readonly completions: readonly string[];
}

/**
 * The conversation scrolls above; below it stay the status and the line that is being typed. To add text, the rows from
 * the last row of the conversation downwards are taken away and written anew.
 */
export class TerminalScreen implements ChatScreen {
  readonly #stream: NodeJS.WriteStream;
  readonly #output: Output;
  readonly #reader: Interface;
  readonly #lines = new LineCollector();
  /** What was written since the last line break: its last row is on the screen above the status. */
  #paragraph = '';
  #status: string | undefined;
  #isClosed = false;

  constructor(io: CommandIo, listener: ChatListener, options: TerminalScreenOptions) {
    this.#stream = io.output;
    this.#output = openOutput(io.output);
    this.#reader = createInterface({
      input: io.input,
      output: io.output,
      terminal: true,
      prompt: this.#prompt(),
      history: [...options.history],
      historySize: 500,
      removeHistoryDuplicates: true,
      // Two line ends that come apart are one; a pasted text may hold an empty line, which is none of them.
      crlfDelay: 20,
      completer: (line: string) => [options.completions.filter((text) => text.startsWith(line)), line],
    });
    this.#listen(io, listener, options);
    this.#reader.prompt();
  }

  #listen(io: CommandIo, listener: ChatListener, { onHistory }: TerminalScreenOptions): void {
    io.input.on('keypress', this.#noticePaste);
    this.#stream.on('resize', this.#resize);
    this.#stream.write(bracketedPaste.on);
    this.#reader.on('line', (line) => this.#takeLine(line, listener));
    this.#reader.on('history', (lines) => onHistory(lines));
    this.#reader.on('SIGINT', () => {
      const hadText = this.#reader.line !== '' || this.#lines.count > 0;
      this.#clearLine();
      listener.onInterrupt(hadText);
    });
    this.#reader.once('close', () => {
      if (!this.#isClosed) listener.onEnd();
    });
    this.#reader.once('close', () => void io.input.off('keypress', this.#noticePaste));
  }

  readonly #noticePaste = (_text: string | undefined, key: { readonly name?: string }): void => {
    if (key.name === 'paste-start') this.#lines.beginPaste();
    if (key.name !== 'paste-end') return;
    this.#lines.endPaste();
    this.#repaint(this.#rowsAbove(), '');
  };

  /** Nobody knows how a terminal breaks its rows anew: what is above stays, and the paragraph is written once more. */
  readonly #resize = (): void => {
    const paragraph = this.#paragraph;
    this.#paragraph = '';
    this.#repaint(this.#reader.getCursorPos().rows, paragraph);
  };

  write(text: string): void {
    if (this.#isClosed || text === '') return;
    this.#repaint(this.#rowsAbove(), text);
  }

  line(text: string): void {
    this.write(`${this.#paragraph === '' ? '' : '\n'}${text}\n`);
  }

  setStatus(status: string | undefined): void {
    const shown = status === '' ? undefined : status;
    if (this.#isClosed || shown === this.#status) return;
    const rows = this.#rowsAbove();
    this.#status = shown;
    this.#repaint(rows, '');
  }

  /** Leaves the conversation on the screen and takes status and prompt away. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.off('resize', this.#resize);
    this.#stream.write(`${upFrom(this.#rowsAbove())}${this.#tail()}${this.#paragraph === '' ? '' : '\n'}`);
    this.#stream.write(bracketedPaste.off);
    this.#reader.close();
  }

  #takeLine(line: string, listener: ChatListener): void {
    // The cursor is below the line that readline has just ended.
    const rows = this.#rowsAbove() + countRows(this.#reader.getPrompt() + line, this.#columns());
    const text = this.#lines.take(line);
    this.#reader.setPrompt(this.#prompt());
    this.#repaint(rows, '');
    if (text !== undefined && text.trim() !== '') listener.onText(text);
  }

  #clearLine(): void {
    this.#lines.clear();
    // To the end, and away with all before it: readline empties its line on no other request.
    this.#reader.write(null, { ctrl: true, name: 'e' });
    this.#reader.write(null, { ctrl: true, name: 'u' });
    this.#reader.setPrompt(this.#prompt());
    this.#reader.prompt(true);
  }

  /** Takes away the rows down from `rows` above the cursor, and writes them with the text added. */
  #repaint(rows: number, text: string): void {
    const shown = this.#tail() + text;
    this.#paragraph = (this.#paragraph + text).slice((this.#paragraph + text).lastIndexOf('\n') + 1);
    const status = this.#status === undefined ? '' : `${this.#formatStatus(this.#status)}\n`;
    const held = '\n'.repeat(this.#rowsOfReader());
    this.#stream.write(`${upFrom(rows)}${shown}${this.#paragraph === '' ? '' : '\n'}${status}${held}`);
    this.#reader.prompt(true);
  }

  /**
   * How many rows readline goes up before it paints. It is where it believes its cursor; while several characters come at
   * once, as in a paste, it does not look.
   */
  #rowsOfReader(): number {
    const believed: unknown = Reflect.get(this.#reader, 'prevRows');
    return typeof believed === 'number' ? believed : this.#reader.getCursorPos().rows;
  }

  /** Rows from the last row of the conversation to the cursor. */
  #rowsAbove(): number {
    const own = (this.#paragraph === '' ? 0 : 1) + (this.#status === undefined ? 0 : 1);
    return own + this.#reader.getCursorPos().rows;
  }

  #tail = (): string => lastRow(this.#paragraph, this.#columns());
  #columns = (): number => this.#stream.columns || 80;

  #formatStatus(status: string): string {
    return this.#output.colours.dim(fitWidth(status, this.#columns() - 1));
  }

  #prompt(): string {
    const held =
      this.#lines.count === 0 ? '' : this.#output.colours.dim(`(${this.#lines.count} more above) `);
    return `${held}${this.#output.colours.cyan('>')} `;
  }
}

const bracketedPaste = { on: '\u001b[?2004h', off: '\u001b[?2004l' };

/** To the first column of a row further up, and everything from there taken away. */
const upFrom = (rows: number): string => `\r${rows > 0 ? `\u001b[${rows}A` : ''}\u001b[J`;
