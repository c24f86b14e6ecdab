import type { Command } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { processIo, type CommandIo } from '../command-io.ts';
import { neutraliseLine } from '../output/neutralise.ts';
import { openOutput } from '../output/output.ts';

interface LinkFlags {
  readonly qr?: boolean;
  readonly json?: boolean;
}

interface SignInLinkAnswer {
  readonly url: string;
  readonly expiresAt: string;
}

/** `atrium link`: lets one more browser in. */
export function linkCommand(program: Command, io: CommandIo = processIo): void {
  program
    .command('link')
    .description('make a new one-time sign-in link')
    .option('--qr', 'also as a QR code, for a phone')
    .option('--json', 'print JSON')
    .action(async ({ qr, json }: LinkFlags) => {
      const link = await io
        .openClient()
        .call<SignInLinkAnswer>('POST', '/api/auth/sign-in-links', { body: {} });
      const output = openOutput(io.output);
      if (json === true) return output.json(link);
      if (qr === true) output.line(renderUnicodeCompact(link.url));
      output.line(neutraliseLine(link.url));
      output.line(output.colours.dim('Works once, within 15 minutes.'));
    });
}
