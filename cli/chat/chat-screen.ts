/** Where a chat is shown and typed. Two ways: a terminal that moves its cursor, and any other. */
export interface ChatScreen extends Disposable {
  /** Goes on where the last text ended. Safe text only: what comes from outside has been neutralised. */
  write(text: string): void;
  /** One or more lines of their own. */
  line(text: string): void;
  /** What goes on at the moment, in one line; empty when that needs no words, undefined when nothing goes on. */
  setStatus(status: string | undefined): void;
}

export interface ChatListener {
  /** One message, or a command; several lines where a person pasted them. */
  onText(text: string): void;
  /** Ctrl-C. `hadText`: it threw away what was typed and shall do no more. */
  onInterrupt(hadText: boolean): void;
  /** Ctrl-D, or the terminal is gone. */
  onEnd(): void;
}
