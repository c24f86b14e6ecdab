import type { Command } from 'commander';
import { processIo, type CommandIo } from '../command-io.ts';
import { lifecycleCommands, renameCommand } from '../sessions/change-session.ts';
import { createCommand } from '../sessions/create-session.ts';
import { deleteCommand } from '../sessions/delete-session.ts';
import { exportCommand } from '../sessions/export-session.ts';
import { listCommand } from '../sessions/list-sessions.ts';
import { showCommand } from '../sessions/show-session.ts';

const examples = `
Examples:
  atrium sessions list --status all
  atrium sessions list --query "trip to Kyoto"
  atrium sessions create kyoto --title "Trip to Kyoto" --tag travel
  atrium sessions show kyoto --messages 10
  atrium sessions archive kyoto --reason "we are back"
  atrium sessions export kyoto --json > kyoto.json
  atrium sessions delete kyoto --yes --json

A session is one conversation with a context of its own. It is named by its key, which never changes.
Exit codes: 0 done, 1 failed, 2 bad usage, 3 server not reachable, 4 not allowed, 5 no such session.`;

/** `atrium sessions`: the session manager. */
export function sessionsCommand(program: Command, io: CommandIo = processIo): void {
  const sessions = program
    .command('sessions')
    .description('list, create and change sessions')
    .addHelpText('after', examples);
  listCommand(sessions, io);
  showCommand(sessions, io);
  createCommand(sessions, io);
  lifecycleCommands(sessions, io);
  renameCommand(sessions, io);
  deleteCommand(sessions, io);
  exportCommand(sessions, io);
}
