const isHighSurrogate = (unit: string): boolean => unit >= '\ud800' && unit <= '\udbff';

/**
 * A model's answer as it arrives, fit to be stored: without NUL, which PostgreSQL takes in no text, and with every
 * surrogate in its pair, also when a part ends between the two.
 */
export class AnswerText {
  #text = '';
  #held = '';

  get text(): string {
    return this.#text;
  }

  /** Takes the next part and returns what it adds to the text. */
  add(part: string): string {
    const joined = this.#held + part.replaceAll('\0', '');
    this.#held = isHighSurrogate(joined.at(-1) ?? '') ? joined.slice(-1) : '';
    const addition = joined.slice(0, joined.length - this.#held.length).toWellFormed();
    this.#text += addition;
    return addition;
  }
}
