import type { Command } from 'commander';
import { renderUnicodeCompact } from 'uqr';
import { loadConfig } from '../../config/load-config.ts';
import { makeSignInLink } from '../../runtime/make-sign-in-link.ts';
import { openOutput } from '../output/output.ts';

interface LinkFlags {
  readonly home?: string;
  readonly qr?: boolean;
  readonly json?: boolean;
}

/** `atrium link`: lets one more browser in. */
export function linkCommand(program: Command): void {
  program
    .command('link')
    .description('make a new one-time sign-in link')
    .option('--qr', 'also as a QR code, for a phone')
    .option('--json', 'print JSON')
    .option('--home <folder>', 'data folder (default: ATRIUM_HOME or ~/.atrium)')
    .action(async ({ home, qr, json }: LinkFlags) => {
      const { url, expiresAt } = await makeSignInLink(loadConfig(home === undefined ? {} : { home }));
      const output = openOutput();
      if (json === true) return output.json({ url, expiresAt: new Date(expiresAt).toISOString() });
      if (qr === true) output.line(renderUnicodeCompact(url));
      output.line(url);
      output.line(output.colours.dim('Works once, within 15 minutes.'));
    });
}
