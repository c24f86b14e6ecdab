import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import { backUpHome } from '../../runtime/back-up-home.ts';
import { openOutput } from '../output/output.ts';

/** `atrium backup FILE`: a consistent copy while the server runs. It works on the files of the home, so it runs beside them. */
export function backupCommand(program: Command): void {
  program
    .command('backup')
    .argument('<file>', 'where to write it, such as atrium.tar.gz; a file of that name is replaced')
    .description('back up the data folder while the server runs')
    .option('--home <folder>', 'data folder (default: ATRIUM_HOME or ~/.atrium)')
    .addHelpText('after', '\nA new data folder is made from it with: atrium start --home FOLDER --from FILE')
    .action(async (file: string, { home }: { readonly home?: string }) => {
      const output = openOutput();
      const config = loadConfig(home === undefined ? {} : { home });
      const bytes = await backUpHome(config, file, output.line);
      output.line(`Backed up ${config.home} to ${file} (${(bytes / 1e6).toFixed(1)} MB).`);
    });
}
