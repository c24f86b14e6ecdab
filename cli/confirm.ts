import { createInterface } from 'node:readline/promises';
import { badUsage, CommandError } from './command-error.ts';
import { isInteractive, type CommandIo } from './command-io.ts';
import { exitCodes } from './exit-code.ts';

export interface Confirmation {
  /** What would happen, in a sentence. */
  readonly warning: string;
  /** What the person has to type. */
  readonly expected: string;
  /** `--yes` was given: nobody is asked. */
  readonly isGiven: boolean;
}

/** Lets a person stop what cannot be undone. Throws bad usage where nobody can be asked, CommandError when they say no. */
export async function confirm(io: CommandIo, { warning, expected, isGiven }: Confirmation): Promise<void> {
  if (isGiven) return;
  if (!isInteractive(io))
    throw badUsage('Nobody can be asked without a terminal.', 'Add --yes when you are sure.');
  const reader = createInterface({ input: io.input, output: io.errors });
  try {
    const closed = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
    const answer = await Promise.race([reader.question(`${warning}\nType "${expected}" to go on: `), closed]);
    if (answer?.trim() === expected) return;
  } finally {
    reader.close();
  }
  throw new CommandError(exitCodes.failed, 'Nothing was done.');
}
