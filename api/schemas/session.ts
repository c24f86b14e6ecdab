import { z } from 'zod';
import { cleanText, cleanTextOfBytes, oneLine, optionalBody } from './text.ts';
import { nextCursor, pagingQuery } from './paging.ts';

const scope = z.enum(['per-channel', 'per-sender', 'global']);
export const busyRule = z
  .enum(['queue', 'collect', 'steer', 'interrupt'])
  .describe(
    'When a turn runs: wait, join the turn of the message that waits before, join the running turn at its next model call, or stop the running turn',
  );
const time = z.iso.datetime().describe('ISO 8601, UTC');

/** `Session` of the contract. */
export const sessionSchema = z
  .object({
    key: z.string(),
    title: z.string().describe('Empty until there is a first message'),
    titleSource: z
      .enum(['none', 'message', 'model', 'person'])
      .describe('Who chose the title; what a person chose is never overwritten'),
    label: z.string().nullable().describe('A title that was set on creation or by PATCH'),
    status: z
      .enum(['active', 'pinned', 'archived'])
      .describe('`archived` when archived, else `pinned` when pinned, else `active`'),
    archivedAt: time.nullable(),
    archivedReason: z.string().nullable().describe('`idle` when the server archived it'),
    pinnedAt: time
      .nullable()
      .describe('Kept while archived: a pinned session is pinned again when it returns'),
    tags: z.array(z.string()),
    scope: scope.describe('Whose messages share the session'),
    kind: z.enum(['direct', 'group', 'job', 'child', 'visitor']),
    channelBinding: z.string().nullable().describe('The channel that the session belongs to'),
    model: z.string().nullable().describe('`provider:model`, or null for the server’s default'),
    busy: busyRule
      .nullable()
      .describe('What messages do that find the session busy and say nothing themselves; null: `queue`'),
    tools: z
      .array(z.string())
      .nullable()
      .describe('Names of the tools that its model may use; null: those that the configuration allows'),
    ephemeral: z.boolean().describe('Ends with its task and is removed'),
    endedAt: time.nullable().describe('When an ephemeral session ended'),
    createdAt: time,
    updatedAt: time,
    lastMessageAt: time.nullable(),
    chapter: z.int().describe('The part of the transcript that is current; a reset begins the next. From 1'),
    turnCount: z.int().describe('Turns begun so far, also the number of the newest'),
    unreadCount: z.int().describe('Replies and notices behind the read mark'),
    running: z.boolean().describe('Whether a turn runs'),
    waiting: z.int().describe('Messages that wait for their turn or are held'),
  })
  .meta({ id: 'Session' });

/** A session with what is too long for lists. */
export const sessionDetailSchema = sessionSchema
  .extend({ instructions: z.string().nullable().describe('What the model is told before the transcript') })
  .meta({ id: 'SessionDetail' });

export const sessionParams = z.object({
  key: z.string().describe('`[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`, case-sensitive'),
});

export const changedSessionSchema = z.object({ session: sessionSchema });
export const createdSessionSchema = z.object({ sessionKey: z.string(), session: sessionDetailSchema });

const title = oneLine(200).describe('Set by a person: the server never overwrites it');
const label = oneLine(200).describe('A title, kept as the session’s label, too');
const tags = z
  .array(oneLine(50))
  .max(20)
  .overwrite((words) => [...new Set(words)])
  .describe('Words to find the session by; repeated ones count once');
const model = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, { error: 'must be a name such as "openai:gpt-x" or "offline"' })
  .describe('`provider:model` or `offline`');
const tools = z
  .array(z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, { error: 'must be the name of a tool' }))
  .max(200)
  .overwrite((names) => [...new Set(names)])
  .describe('Names of the tools that its model may use; none when empty');
const instructions = cleanTextOfBytes(32 * 1024).describe('What the model is told; at most 32 KiB');

/** Body of `POST /api/sessions/create`. */
export const createSessionBody = optionalBody(
  z.strictObject({
    key: z.string().exactOptional().describe('Made by the server when absent'),
    title: title.exactOptional(),
    label: label.exactOptional(),
    tags: tags.exactOptional(),
    scope: scope.exactOptional().describe('As configured when absent'),
    model: model.exactOptional(),
    instructions: instructions.exactOptional(),
    busy: busyRule.exactOptional(),
    tools: tools.nullable().exactOptional(),
    ephemeral: z.boolean().exactOptional().describe('Ends with its first task'),
  }),
);

/** Body of `PATCH /api/sessions/:key`: what is absent stays, null puts the server's default back. */
export const patchSessionBody = z.strictObject({
  title: title.exactOptional(),
  label: label.exactOptional(),
  tags: tags.exactOptional(),
  model: model.nullable().exactOptional(),
  instructions: instructions.nullable().exactOptional(),
  busy: busyRule.nullable().exactOptional(),
  tools: tools.nullable().exactOptional(),
});

export const archiveSessionBody = optionalBody(
  z.strictObject({ reason: cleanText(500).exactOptional().describe('Shown with the archived session') }),
);
/** Body of the verbs that need none. */
export const emptyBody = optionalBody(z.strictObject({}));

export const forkSessionBody = optionalBody(
  z.strictObject({
    turn: z
      .int()
      .min(0)
      .exactOptional()
      .describe('The last turn that the fork has; the newest finished one when absent'),
  }),
);
export const forkedSessionSchema = createdSessionSchema.extend({
  forkedFrom: z.object({ sessionKey: z.string(), turn: z.int() }),
});

const listFilter = {
  ...pagingQuery,
  q: cleanText(500).exactOptional().describe('Words in titles, tags and messages'),
  tag: cleanText(50).exactOptional(),
  channel: cleanText(200).exactOptional(),
  sort: z.enum(['recent', 'created', 'title']).default('recent'),
};

/** Query of `GET /api/sessions`. */
export const listSessionsQuery = z.strictObject({
  ...listFilter,
  status: z
    .enum(['active', 'archived', 'pinned', 'all'])
    .default('active')
    .describe('`active` has the pinned ones, too, and lists them first'),
});
export const listArchivedQuery = z.strictObject(listFilter);

const hit = z
  .object({
    messageId: z.string().nullable().describe('Null when title or tags have the words'),
    chapter: z.int().nullable(),
    snippet: z.string(),
    ranges: z.array(z.tuple([z.int(), z.int()])).describe('Where the words are in the snippet: from, to'),
  })
  .describe('Where the words of `q` were found');

export const sessionPageSchema = z.object({
  items: z.array(sessionSchema.extend({ hit: hit.exactOptional() })),
  nextCursor,
  counts: z
    .object({ active: z.int(), archived: z.int(), pinned: z.int(), all: z.int() })
    .describe('For the tabs; `active` counts the pinned ones, too'),
});

export const receiptSchema = z
  .object({
    id: z.string(),
    sessionKey: z.string(),
    reason: z.enum(['deleted', 'ended']).describe('`ended`: an ephemeral session was over'),
    requestedAt: time,
    erasedAt: time.nullable().describe('When every store had confirmed; null until then'),
  })
  .meta({ id: 'Receipt' });
