import type { Command } from 'commander';
import { loadConfig, type ConfigFlags } from '../../config/load-config.ts';
import { runApiProcess } from '../../runtime/run-api-process.ts';

/** `atrium api`: the HTTP server alone, for production. */
export function apiCommand(program: Command): void {
  program
    .command('api')
    .description('serve the API alone (production: needs TEMPORAL_ADDRESS and DATABASE_URL)')
    .option('--port <number>', 'where to listen (default: ATRIUM_PORT or 4280)')
    .option('--host <address>', 'where to listen (default: ATRIUM_HOST or 127.0.0.1)')
    .option('--home <folder>', 'data folder (default: ATRIUM_HOME or ~/.atrium)')
    .action((flags: ConfigFlags) => runApiProcess({ config: loadConfig(flags), progress: console.log }));
}
