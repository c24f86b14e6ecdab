import { z } from 'zod';
import { sessionKeyFault } from '../domain/session-key.ts';
import { parseDuration } from './duration.ts';

/** `${NAME}` arrives as text also where a number belongs. */
const number = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z.number(),
);
const positive = number.pipe(z.number().positive());
const count = number.pipe(z.int().positive());
export const portNumber = number.pipe(z.int().min(0).max(65_535));

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined)
    context.addIssue({ code: 'custom', message: 'expected a duration such as "30d" or "15m"' });
  return ms ?? 0;
});

const scope = z.enum(['per-channel', 'per-sender', 'global']);
const archivedInbound = z.enum(['restore', 'reject', 'hold']);
const name = z.string().min(1);

/** Where people find the server when something stands in front of it; without a path. */
const webAddress = z
  .url({ protocol: /^https?$/, error: 'expected an address such as "https://atrium.example.org"' })
  .transform((text) => new URL(text).origin);

/** What every channel's section may say. */
const channel = {
  sessionBinding: z.enum(['isolated', 'shared', 'ephemeral']),
  scope,
  archivedInbound,
  /** Ids of those who may write; everybody when absent. */
  allow: z.array(z.coerce.string()),
  /** Ids of those who see all sessions. */
  owners: z.array(z.coerce.string()),
};
const channelSection = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject({ ...channel, ...shape }).partial();

const limits = z
  .strictObject({
    slots: count,
    requestsPerSecond: positive,
    requestsPerSecondPerSession: positive,
    tokensPerMinute: count,
  })
  .partial();

/** It becomes part of a queue's name and stands before the colon of a model. */
const providerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected small letters, digits and dashes')
  .refine((text) => text !== 'default' && text !== 'offline', 'this name is taken');
const contextTokens = number.pipe(z.int().min(2_000));
/** What every provider's section may say. */
const account = z.strictObject({ apiKey: name, baseUrl: z.url(), contextTokens, limits }).partial();

/** Names of tools, or every one. */
const toolChoice = z.union([z.literal('all'), z.array(name)], {
  error: 'expected "all" or a list of names',
});
const mcpServer = z
  .strictObject({
    command: name,
    args: z.array(z.string()),
    env: z.record(z.string(), z.coerce.string()),
    url: z.url({ protocol: /^https?$/ }),
    headers: z.record(z.string(), z.string()),
    allow: z.array(name),
    approve: toolChoice,
  })
  .partial()
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), {
    error: 'expected either "command" or "url"',
  })
  .refine(({ url, args, env }) => url === undefined || (args ?? env) === undefined, {
    error: '"args" and "env" belong to "command"',
  })
  .refine(({ url, headers }) => url !== undefined || headers === undefined, {
    error: '"headers" belong to "url"',
  });
/** It becomes part of the names that models see. */
const mcpName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,23}$/, 'expected up to 24 letters, digits and dashes');

/** The whole of `atrium.yaml`. Nothing is required; a key that is not here is an error. */
export const fileSchema = z
  .strictObject({
    server: z.strictObject({ host: name, port: portNumber, publicUrl: webAddress }).partial(),
    auth: z.strictObject({ allowRemote: z.boolean(), token: z.string().min(16) }).partial(),
    session: z
      .strictObject({
        mainKey: name.refine((key) => sessionKeyFault(key) === undefined, {
          error: 'this cannot be the key of a session',
        }),
        resetPrompt: name,
        isolation: z.strictObject({ enabled: z.boolean(), defaultScope: scope }).partial(),
        idleArchiveAfter: z.union([z.literal('never').transform(() => null), duration], {
          error: 'expected a duration such as "30d" or "15m", or "never"',
        }),
        archivedInbound,
        maxWaiting: count,
      })
      .partial(),
    channels: z
      .strictObject({
        telegram: channelSection({ token: name, apiRoot: z.url() }),
        feishu: channelSection({ appId: name, appSecret: name, domain: z.url() }),
        cron: channelSection({}),
      })
      .partial(),
    models: z
      .strictObject({
        default: name,
        fallbacks: z.array(name),
        limits,
        contextTokens,
        openai: account,
        anthropic: account,
        ollama: account.extend({ host: name.optional() }),
        providers: z.record(providerName, account.extend({ kind: name })),
        embeddings: name,
      })
      .partial(),
    tools: z
      .strictObject({
        default: toolChoice,
        maxSteps: number.pipe(z.int().min(1).max(50)),
        timeout: duration,
        approvalExpiresAfter: duration,
        mcp: z.record(mcpName, mcpServer),
      })
      .partial(),
    database: z.strictObject({ url: name }).partial(),
    temporal: z.strictObject({ address: name, namespace: name, cli: name }).partial(),
    language: z.enum(['en', 'zh']),
  })
  .partial();

export type FileConfig = z.output<typeof fileSchema>;
export type ChannelName = keyof NonNullable<FileConfig['channels']>;
