import type { Command } from 'commander';
import { loadConfig, type ConfigFlags } from '../../config/load-config.ts';
import { unpackBackup } from '../../runtime/backup/restore-backup.ts';
import { runServer } from '../../runtime/run-server.ts';
import { openOutput } from '../output/output.ts';
import { formatWelcome } from '../server/format-welcome.ts';

interface StartFlags extends ConfigFlags {
  readonly from?: string;
  /** False for `--no-open`. */
  readonly open: boolean;
}

/** `atrium start`: everything on this machine, until Ctrl-C. */
export function startCommand(program: Command): void {
  program
    .command('start')
    .description('start everything on this machine; Ctrl-C stops it')
    .option('--port <number>', 'where to listen (default: ATRIUM_PORT or 4280; 0 takes any free port)')
    .option('--host <address>', 'where to listen (default: ATRIUM_HOST or 127.0.0.1)')
    .option('--home <folder>', 'data folder (default: ATRIUM_HOME or ~/.atrium)')
    .option('--from <backup>', 'fill an empty data folder from a backup first')
    .option('--no-open', 'open no browser')
    .action(({ from, open: _open, ...flags }: StartFlags) => start(flags, from));
}

async function start(flags: ConfigFlags, backup: string | undefined): Promise<void> {
  const output = openOutput();
  const progress = (line: string): void => output.line(output.colours.dim(line));
  if (backup !== undefined) {
    const config = loadConfig(flags);
    progress(`Unpacking ${backup} into ${config.home} …`);
    await unpackBackup(config, backup);
  }
  // Only now: the backup may have brought the configuration.
  const config = loadConfig(flags);
  await runServer({
    config,
    progress,
    welcome: (facts) => output.line(formatWelcome(facts, output.colours)),
  });
}
