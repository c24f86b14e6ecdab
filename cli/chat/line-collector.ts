/** Puts a message together out of the lines that a terminal gives: pasted ones, and ones that end in a backslash. */
export class LineCollector {
  #held: readonly string[] = [];
  #isPasting = false;

  /** How many lines are held. */
  get count(): number {
    return this.#held.length;
  }

  beginPaste(): void {
    this.#isPasting = true;
  }

  endPaste(): void {
    this.#isPasting = false;
  }

  clear(): void {
    this.#held = [];
  }

  /** The whole message that the line completes, or undefined while more is to come. */
  take(line: string): string | undefined {
    const isContinued = line.endsWith('\\') && !this.#isPasting;
    const lines = [...this.#held, isContinued ? line.slice(0, -1) : line];
    const isOpen = isContinued || this.#isPasting;
    this.#held = isOpen ? lines : [];
    return isOpen ? undefined : lines.join('\n');
  }
}
