/** What a person types with a slash: done by this client with the calls that everybody has, never sent as a message. */
import type { SessionAnswer, SessionPage } from '../client/answers.ts';
import { sessionPath, type Client } from '../client/client.ts';
import { CommandError } from '../command-error.ts';
import { answerApproval, listApprovals } from '../client/approvals.ts';
import { formatRelativeTime } from '../output/relative-time.ts';
import { formatStatus, formatTitle } from '../output/session-status.ts';
import { formatTable } from '../output/table.ts';

/** What the chat does next: goes on, leaves, or opens another session. */
export type Next =
  | { readonly kind: 'stay' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'switch'; readonly key: string };

export interface Place {
  readonly client: Client;
  readonly key: string;
  readonly columns: number | undefined;
  /** Prints what a command has to say. */
  readonly say: (text: string) => void;
}

interface ChatCommand {
  readonly name: string;
  /** What may follow the name, for the help. */
  readonly takes?: string;
  readonly summary: string;
  readonly run: (place: Place, rest: string) => Promise<Next>;
}

const stay: Next = { kind: 'stay' };

const commands: readonly ChatCommand[] = [
  { name: 'help', summary: 'this list', run: showHelp },
  {
    name: 'stop',
    summary: 'stop the running turn, as Ctrl-C does',
    run: stop,
  },
  {
    name: 'allow',
    summary: 'let the assistant use the tool it asks for',
    run: (place) => answer(place, true),
  },
  { name: 'deny', summary: 'do not let it', run: (place) => answer(place, false) },
  {
    name: 'reset',
    summary: 'start a new chapter: the model forgets what was said, you do not',
    run: (place) => change(place, 'reset', 'A new chapter.'),
  },
  {
    name: 'archive',
    summary: 'put this session aside',
    run: (place) => change(place, 'archive', 'Archived. /restore brings it back.'),
  },
  { name: 'restore', summary: 'bring it back', run: (place) => change(place, 'restore', 'Restored.') },
  { name: 'pin', summary: 'keep it above the others', run: (place) => change(place, 'pin', 'Pinned.') },
  {
    name: 'unpin',
    summary: 'let it be one of the others',
    run: (place) => change(place, 'unpin', 'No longer pinned.'),
  },
  { name: 'rename', takes: 'TITLE', summary: 'give it a title', run: rename },
  {
    name: 'sessions',
    takes: '[WORDS]',
    summary: 'list the sessions, or those with the words',
    run: listSessions,
  },
  { name: 'switch', takes: 'KEY', summary: 'go to another session', run: switchTo },
  { name: 'new', takes: '[TITLE]', summary: 'create a session and go to it', run: create },
  { name: 'quit', summary: 'leave; what runs goes on without you', run: async () => ({ kind: 'leave' }) },
];

/** For Tab. */
export const commandNames: readonly string[] = commands.map(({ name }) => `/${name}`);

/** The command in a line, or undefined when the line is a message. Two slashes at the start make a message of one. */
export function parseCommand(text: string): { readonly name: string; readonly rest: string } | undefined {
  const [, name, rest = ''] = /^\/([a-z]+)(?:\s+(.*))?\s*$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, rest: rest.trim() };
}

/** Runs a command. What the server refuses is said, not thrown. */
export async function runCommand(
  place: Place,
  { name, rest }: { readonly name: string; readonly rest: string },
): Promise<Next> {
  const known = commands.find((command) => command.name === name);
  try {
    if (known !== undefined) return await known.run(place, rest);
    place.say(`There is no /${name}. /help lists what there is.`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    place.say([error.message, error.advice ?? ''].join(' ').trim());
  }
  return stay;
}

async function showHelp({ say }: Place): Promise<Next> {
  const rows = commands.map(({ name, takes, summary }) => [
    `/${name}${takes === undefined ? '' : ` ${takes}`}`,
    summary,
  ]);
  const [, ...lines] = formatTable([{ heading: '' }, { heading: '' }], rows, undefined);
  say(
    [
      ...lines,
      '',
      'Enter sends, also while a turn runs: messages are answered in order. A line that',
      'ends in a backslash goes on with the next one; a pasted text is one message.',
      'Ctrl-C stops the running turn, twice it leaves; Ctrl-D leaves. Arrow keys bring',
      'back what you typed, Tab completes a command, // says a / to the model.',
    ].join('\n'),
  );
  return stay;
}

async function stop({ client, key, say }: Place): Promise<Next> {
  const path = sessionPath(key, '/interrupt');
  const { interrupted } = await client.call<{ readonly interrupted: boolean }>('POST', path, { body: {} });
  if (!interrupted) say('Nothing is running.');
  return stay;
}

/** The oldest call of this session that waits for a person. */
async function answer({ client, key, say }: Place, allow: boolean): Promise<Next> {
  const approval = (await listApprovals(client)).find(({ session }) => session === key);
  if (approval === undefined) say('Nothing waits for your approval here.');
  else await answerApproval(client, approval.id, allow);
  return stay;
}

async function change({ client, key, say }: Place, verb: string, done: string): Promise<Next> {
  await client.call('POST', sessionPath(key, `/${verb}`), { body: {} });
  say(done);
  return stay;
}

async function rename({ client, key, say }: Place, title: string): Promise<Next> {
  const session = await client.call<SessionAnswer>('PATCH', sessionPath(key), { body: { title } });
  say(`Its title is now "${formatTitle(session)}".`);
  return stay;
}

async function listSessions({ client, key, columns, say }: Place, words: string): Promise<Next> {
  const query = new URLSearchParams({ status: 'all', limit: '20', ...(words === '' ? {} : { q: words }) });
  const { items, nextCursor } = await client.call<SessionPage>('GET', `/api/sessions?${query.toString()}`);
  const now = Date.now();
  const rows = items.map((session) => [
    session.key === key ? '*' : '',
    session.key,
    formatTitle(session),
    formatStatus(session),
    formatRelativeTime(session.lastMessageAt, now),
  ]);
  const layout = [
    { heading: '' },
    { heading: 'KEY' },
    { heading: 'TITLE', isFlexible: true },
    { heading: 'STATUS' },
    { heading: 'LAST MESSAGE' },
  ];
  const more = nextCursor === null ? [] : ['More with "atrium sessions list --status all".'];
  // Two columns less for the mark in front of a notice.
  say([...formatTable(layout, rows, columns === undefined ? undefined : columns - 2), ...more].join('\n'));
  return stay;
}

async function switchTo({ client }: Place, key: string): Promise<Next> {
  await client.call<SessionAnswer>('GET', sessionPath(key));
  return { kind: 'switch', key };
}

async function create({ client }: Place, title: string): Promise<Next> {
  const body = title === '' ? {} : { title };
  const { sessionKey } = await client.call<{ readonly sessionKey: string }>('POST', '/api/sessions/create', {
    body,
  });
  return { kind: 'switch', key: sessionKey };
}
