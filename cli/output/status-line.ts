import type { CommandIo } from '../command-io.ts';
import { fitWidth } from './width.ts';

/** One line on standard error that says what goes on and is replaced as it goes; nothing where no terminal can do that. */
export interface StatusLine {
  show(text: string): void;
  /** Takes the line away, so that something else can be printed. */
  clear(): void;
}

export function openStatusLine({ errors }: CommandIo, isPlainTerminal: boolean): StatusLine {
  if (!errors.isTTY || isPlainTerminal) return { show: () => undefined, clear: () => undefined };
  let isShown = false;
  const clear = (): void => {
    if (isShown) errors.write('\r\u001b[K');
    isShown = false;
  };
  return {
    show(text) {
      clear();
      errors.write(fitWidth(text, (errors.columns || 80) - 1));
      isShown = true;
    },
    clear,
  };
}
