import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { errorText } from '../../config/error-code.ts';
import { noLimits } from '../../domain/queue-limits.ts';
import { loadConfig, type ConfigFlags } from '../../config/load-config.ts';

const sample = `session:
  mainKey: home                 # the key of the main session; any session may be it
  resetPrompt: "Greet the user in one sentence."   # what a new or reset session opens with; off when absent
  isolation: { enabled: true, defaultScope: per-channel }   # per-channel | per-sender | global
  idleArchiveAfter: 30d         # pinned sessions are exempt; "never" switches it off
  archivedInbound: restore      # restore | reject | hold
channels:
  telegram: { sessionBinding: isolated, token: \${TELEGRAM_BOT_TOKEN}, scope: per-sender, allow: ["123"] }
  feishu:   { sessionBinding: isolated, appId: …, appSecret: … }
  cron:     { sessionBinding: ephemeral }
models:
  default: openai:gpt-x
  limits: { slots: 4, requestsPerSecond: 5, tokensPerMinute: 100000 }
`;

interface Setting {
  readonly yaml?: string;
  readonly variables?: Record<string, string>;
  readonly flags?: ConfigFlags;
}

function load({ yaml, variables = {}, flags = {} }: Setting) {
  const home = mkdtempSync(join(tmpdir(), 'atrium-config-'));
  if (yaml !== undefined) writeFileSync(join(home, 'atrium.yaml'), yaml);
  const config = loadConfig(flags, { ATRIUM_HOME: home, HOME: home, ...variables });
  return { home, config };
}

/** The message without the folder of the home. */
function refusal(setting: Setting): string {
  try {
    load(setting);
  } catch (error) {
    return errorText(error).replaceAll(/\S*\/atrium-config-[^/]+\//g, '');
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration', () => {
  test('nothing set means the embedded servers, the loopback and the offline model', () => {
    const { config, home } = load({});
    expect(config).toEqual({
      home,
      configFile: null,
      server: { host: '127.0.0.1', port: 4280, allowRemote: false, publicUrl: null },
      tools: { default: 'all', maxSteps: 12, callMs: 120_000, approvalMs: 86_400_000, mcp: {} },
      token: null,
      url: null,
      databaseUrl: null,
      temporal: { address: null, namespace: 'default', cli: null, variables: {} },
      session: {
        mainKey: 'home',
        resetPrompt: null,
        isolation: { enabled: true, defaultScope: 'per-channel' },
        idleArchiveAfterMs: null,
        archivedInbound: 'restore',
        maxWaiting: 100,
      },
      channels: {},
      models: {
        default: 'offline',
        fallbacks: [],
        limits: { ...noLimits, slots: 32 },
        contextTokens: 32_000,
        providers: {},
        embeddings: 'builtin',
      },
      language: 'en',
      programs: { searchPath: '', cacheFolder: join(home, '.cache/atrium') },
    });
  });

  test('the sample of the documentation is understood, with its variable', () => {
    const { config } = load({ yaml: sample, variables: { TELEGRAM_BOT_TOKEN: '123:{abc}, # no YAML' } });
    expect(config.session.idleArchiveAfterMs).toBe(30 * 86_400_000);
    expect(config.channels.telegram?.token).toBe('123:{abc}, # no YAML');
    expect(config.channels.telegram?.allow).toEqual(['123']);
    expect(config.models.limits).toEqual({
      ...noLimits,
      slots: 4,
      requestsPerSecond: 5,
      tokensPerMinute: 100_000,
    });
  });

  test('flag beats environment beats file beats default', () => {
    const yaml = 'server: { port: 1 }';
    const variables = { ATRIUM_PORT: '2' };
    expect(load({}).config.server.port).toBe(4280);
    expect(load({ yaml }).config.server.port).toBe(1);
    expect(load({ yaml, variables }).config.server.port).toBe(2);
    expect(load({ yaml, variables, flags: { port: '3' } }).config.server.port).toBe(3);
  });

  test('a variable may stand for a number', () => {
    const yaml = 'server:\n  port: ${PORT}\n';
    expect(load({ yaml, variables: { PORT: '8080' } }).config.server.port).toBe(8080);
  });

  test('an empty variable counts as not set', () => {
    const { config } = load({ variables: { OPENAI_API_KEY: '', ATRIUM_MODEL: '' } });
    expect(config.models.default).toBe('offline');
  });

  test.each([
    [{ OPENAI_API_KEY: 'k' }, 'openai'],
    [{ OPENAI_BASE_URL: 'http://10.0.0.1/v1' }, 'openai'],
    [{ ANTHROPIC_API_KEY: 'k' }, 'anthropic'],
    [{ OLLAMA_HOST: 'localhost' }, 'ollama'],
    [{ OPENAI_API_KEY: 'k', ATRIUM_MODEL: 'offline' }, 'offline'],
  ])('%j chooses the model %s', (variables, model) => {
    expect(load({ variables: variables }).config.models.default).toBe(model);
  });

  test('several providers have names, and what is said of all models goes for the default one', () => {
    const yaml = `
models:
  default: work:gpt-x
  limits: { slots: 7 }
  providers:
    work: { kind: openai, apiKey: k, baseUrl: "https://gateway.example.org/v1" }
    home: { kind: ollama, contextTokens: 16000, limits: { requestsPerSecond: 2 } }`;
    const { models } = load({ yaml, variables: { ANTHROPIC_API_KEY: 'a' } }).config;
    expect(Object.keys(models.providers)).toEqual(['anthropic', 'work', 'home']);
    expect(models.limits).toEqual({ ...noLimits, slots: 7 });
    expect(models.providers['work']).toMatchObject({ isLocal: false, contextTokens: 32_000 });
    expect(models.providers['home']).toMatchObject({
      isLocal: true,
      contextTokens: 16_000,
      limits: { ...noLimits, slots: 2, requestsPerSecond: 2 },
    });
  });

  test.each([
    ['localhost', 'http://localhost:11434'],
    ['0.0.0.0:5000', 'http://127.0.0.1:5000'],
    ['https://ollama.example.org', 'https://ollama.example.org'],
  ])('OLLAMA_HOST may be "%s"', (host, url) => {
    const { models } = load({ variables: { OLLAMA_HOST: host } }).config;
    expect(models.providers['ollama']?.baseUrl).toBe(url);
  });

  test.each([
    ['default', 'this name is taken'],
    ['My Provider', 'small letters'],
  ])('no provider can be called "%s"', (name, reason) => {
    const yaml = `models: { providers: { "${name}": { kind: openai } } }`;
    expect(() => load({ yaml })).toThrow(reason);
  });

  test('a secret is never printed', () => {
    const { config } = load({
      variables: { ATRIUM_TOKEN: 'very-secret-token', OPENAI_API_KEY: 'very-secret-key' },
    });
    const printed = [JSON.stringify(config), inspect(config, { depth: 9 }), String(config.token)].join();
    expect(printed).not.toContain('very-secret');
    expect(config.token?.reveal()).toBe('very-secret-token');
  });
});

describe('a broken atrium.yaml is refused with file, line, column', () => {
  test.each([
    [
      'session:\n  mainKye: x\n',
      'atrium.yaml:2:3: unknown key session.mainKye. Did you mean session.mainKey?',
    ],
    ['mainKey: x\n', 'atrium.yaml:1:1: unknown key mainKey. Did you mean session.mainKey?'],
    ['zzz: 1\n', 'atrium.yaml:1:1: unknown key zzz.'],
    [
      'channels:\n  telegramm: { token: x }\n',
      'atrium.yaml:2:3: unknown key channels.telegramm. Did you mean channels.telegram?',
    ],
    [
      'models: { limits: { slot: 3 } }\n',
      'atrium.yaml:1:21: unknown key models.limits.slot. Did you mean models.limits.slots?',
    ],
  ])('%j: the unknown key and the nearest one', (yaml, message) => {
    expect(refusal({ yaml })).toBe(message);
  });

  test.each([
    ['session:\n  mainKey: [\n', /^atrium\.yaml:3:1: /],
    ['session: 5\n', /^atrium\.yaml:1:10: session: .*expected object/],
    [
      'session:\n  idleArchiveAfter: soon\n',
      /^atrium\.yaml:2:21: session\.idleArchiveAfter: expected a duration/,
    ],
    [
      'session:\n  isolation:\n    defaultScope: mine\n',
      /^atrium\.yaml:3:19: session\.isolation\.defaultScope: .*per-sender/,
    ],
    ['server: { port: 99999 }\n', /^atrium\.yaml:1:17: server\.port: /],
    ['- a list\n', /^atrium\.yaml:1:1: the file: .*expected object/],
    ['a: 1\na: 2\n', /^atrium\.yaml:2:1: .*unique/],
    ['auth:\n  token: ${NOT_SET}\n', /^atrium\.yaml:2:10: the environment variable NOT_SET is not set/],
    [
      'session: { mainKey: "a b" }\n',
      /^atrium\.yaml:1:21: session\.mainKey: this cannot be the key of a session/,
    ],
  ])('%j: what is wrong with the value', (yaml, message) => {
    expect(refusal({ yaml })).toMatch(message);
  });

  test('every fault is named at once', () => {
    expect(refusal({ yaml: 'languge: en\nserver: { prot: 1 }\n' }).split('\n')).toEqual([
      'atrium.yaml:2:11: unknown key server.prot. Did you mean server.port?',
      'atrium.yaml:1:1: unknown key languge. Did you mean language?',
    ]);
  });

  test('a port that is none is named by where it came from', () => {
    expect(refusal({ variables: { ATRIUM_PORT: 'http' } })).toMatch(/^ATRIUM_PORT is "http"/);
    expect(refusal({ flags: { port: '-1' } })).toMatch(/^--port is "-1"/);
  });

  test('a file that ATRIUM_CONFIG names has to be there', () => {
    expect(refusal({ variables: { ATRIUM_CONFIG: '/nowhere/a.yaml' } })).toMatch(
      /^Cannot read the configuration \/nowhere\/a\.yaml/,
    );
  });
});
