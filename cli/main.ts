import { Command, CommanderError } from 'commander';
import { exitCodes } from './exit-code.ts';
import { reportError } from './report-error.ts';

type Register = (program: Command) => void;

/** Each command's code is read when it is run, and all of them for the overview: `atrium chat` need not wait for a server's code. */
const commands: { readonly [Name in string]: () => Promise<Register> } = {
  start: async () => (await import('./commands/start.ts')).startCommand,
  chat: async () => (await import('./commands/chat.ts')).chatCommand,
  sessions: async () => (await import('./commands/sessions.ts')).sessionsCommand,
  queue: async () => (await import('./commands/queue.ts')).queueCommand,
  tools: async () => (await import('./commands/tools.ts')).toolsCommand,
  approvals: async () => (await import('./commands/approvals.ts')).approvalsCommand,
  link: async () => (await import('./commands/link.ts')).linkCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  rebuild: async () => (await import('./commands/rebuild.ts')).rebuildCommand,
  backup: async () => (await import('./commands/backup.ts')).backupCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  api: async () => (await import('./commands/api.ts')).apiCommand,
  worker: async () => (await import('./commands/worker.ts')).workerCommand,
};

const overview = `
First steps:
  npm start             start everything on this machine
  npx atrium chat       talk in the terminal
  npx atrium doctor     check every part`;

const program = new Command('atrium')
  .description('A self-hosted assistant server: many isolated sessions, one shared model.')
  .addHelpText('after', overview)
  .showSuggestionAfterError()
  .exitOverride();

/** They serve, and outlive whoever reads what they print. */
const serving: ReadonlySet<string> = new Set(['start', 'api', 'worker']);

// Whoever reads a command's output may have read enough (`| head`): that ends it without a word.
if (!serving.has(process.argv[2] ?? ''))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.done);
  });

if (['--version', '-V'].includes(process.argv[2] ?? ''))
  program.version((await import('../runtime/package-root.ts')).atriumVersion());

const wanted = commands[process.argv[2] ?? ''];
for (const load of wanted === undefined ? Object.values(commands) : [wanted]) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : exitCodes.badUsage;
  else process.exitCode = reportError(error);
}
