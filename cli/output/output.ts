import pc from 'picocolors';
import { neutraliseJson } from './neutralise.ts';

/** Where a command prints what it found. Texts from outside are neutralised by whoever formats them, JSON here. */
export interface Output {
  readonly colours: ReturnType<typeof pc.createColors>;
  /** Width of the terminal; undefined when a file or a pipe takes the output. */
  readonly columns: number | undefined;
  readonly line: (text: string) => void;
  /** A piece of a line. */
  readonly write: (text: string) => void;
  /** One document and nothing else. */
  readonly json: (value: unknown) => void;
}

/** Standard output, or another stream. Only a terminal gets colours, and only when it wants them. */
export function openOutput(stream: NodeJS.WriteStream = process.stdout): Output {
  const isTerminal = stream.isTTY;
  return {
    // For a pipe `isTTY` is undefined, which would leave the choice to the environment.
    colours: pc.createColors(isTerminal ? pc.isColorSupported : false),
    columns: isTerminal ? stream.columns : undefined,
    line: (text) => void stream.write(`${text}\n`),
    write: (text) => void stream.write(text),
    json: (value) => void stream.write(`${neutraliseJson(JSON.stringify(value, null, 2))}\n`),
  };
}

/** Takes everything and prints nothing. */
export const silent: Output = {
  colours: pc.createColors(false),
  columns: undefined,
  line: () => undefined,
  write: () => undefined,
  json: () => undefined,
};
