import { describe, expect, test } from '@jest/globals';
import { openFakeOpenAi } from '../../bench/fake-openai.ts';
import { openModels } from '../../models/open-models.ts';
import { Secret } from '../../config/secret.ts';
import { buildModelsConfig, buildProvider, configFor, failureOf, readAll } from './calls.ts';

describe('finding a model by its name', () => {
  test('a bare provider takes the first model for conversations that its server offers', async () => {
    await using server = await openFakeOpenAi({ models: ['nomic-embed-text', 'qwen:0.5b', 'other'] });
    const models = openModels({ ...configFor(server.baseUrl), default: 'openai' });
    expect((await models.resolve(null)).name).toBe('openai:qwen:0.5b');
  });

  test('a session may have another one than the default', async () => {
    const models = openModels(configFor('http://127.0.0.1:9/v1'));
    expect((await models.resolve('openai:qwen:1.5b')).name).toBe('openai:qwen:1.5b');
    expect((await models.resolve('offline')).name).toBe('offline');
  });

  test.each(['nobody:x', 'anthropic:claude', ''])(
    '"%s" is not set up, and what is gets said',
    async (name) => {
      const models = openModels(configFor('http://127.0.0.1:9/v1'));
      const { failure, retry } = await failureOf(models.resolve(name));
      expect(failure).toMatchObject({ code: 'model-unknown' });
      expect(failure.reason).toContain('there are: openai, offline');
      expect(retry).toBe('never');
    },
  );

  test('several providers stand beside each other, each with its own key and limit', async () => {
    await using first = await openFakeOpenAi();
    await using second = await openFakeOpenAi();
    const providers = {
      work: buildProvider({ baseUrl: first.baseUrl, apiKey: new Secret('one') }),
      claude: buildProvider({
        kind: 'anthropic',
        baseUrl: second.origin,
        apiKey: new Secret('two'),
        contextTokens: 100_000,
      }),
    };
    const models = openModels(buildModelsConfig({ default: 'work:small', providers }));
    const claude = await models.resolve('claude:sonnet');
    await readAll(await models.resolve(null));
    await readAll(claude);
    expect([claude.name, claude.contextLimit]).toEqual(['claude:sonnet', 96_000]);
    expect([first, second].map(({ requests }) => requests.map(({ authorization }) => authorization))).toEqual(
      [['Bearer one'], ['two']],
    );
  });

  test('a provider of its own without a key is not asked; which variable to set is said', async () => {
    const providers = { anthropic: buildProvider({ kind: 'anthropic' }) };
    const models = openModels(buildModelsConfig({ default: 'anthropic:claude', providers }));
    const { failure } = await failureOf(models.resolve(null));
    expect(failure).toEqual({ code: 'model-no-key', reason: 'anthropic: ANTHROPIC_API_KEY' });
    expect(await models.check()).toMatchObject({ state: 'failing', problem: failure });
  });

  test('a kind that is not installed says which packages it needs', async () => {
    const providers = { gem: buildProvider({ kind: 'google-genai' }) };
    const models = openModels(buildModelsConfig({ default: 'gem:flash', providers }));
    const { failure } = await failureOf(readAll(await models.resolve(null)));
    expect(failure.code).toBe('model-unknown');
    expect(failure.reason).toContain('@langchain/google-genai');
  });

  test.each(['127.0.0.1:8080/v1', 'localhost:8080/v1', 'ftp://host'])(
    '"%s" is no address of a server',
    async (baseUrl) => {
      const { failure, retry } = await failureOf(openModels(configFor(baseUrl)).resolve(null));
      expect(failure.reason).toContain('http://');
      expect(retry).toBe('never');
    },
  );

  test.each([
    [32_000, 28_000],
    [4_000, 3_000],
  ])('of %i tokens %i are for the request, the rest for its answer', async (contextTokens, contextLimit) => {
    const model = await openModels(buildModelsConfig({ contextTokens })).resolve(null);
    expect(model.contextLimit).toBe(contextLimit);
  });

  test('fallbacks come in their order, each once, with the queue that their calls go to', () => {
    const providers = { work: buildProvider(), claude: buildProvider({ kind: 'anthropic' }) };
    const fallbacks = ['work:small', 'claude:sonnet', 'offline'];
    const models = openModels(buildModelsConfig({ default: 'work:small', fallbacks, providers }));
    const sonnet = { model: 'claude:sonnet', account: 'claude' };
    const offline = { model: 'offline', account: null };
    expect(models.fallbackAfter(null, false)).toEqual(sonnet);
    expect(models.fallbackAfter('claude:opus', false)).toEqual({ model: 'work:small', account: null });
    expect(models.fallbackAfter('claude:sonnet', true)).toEqual(offline);
    expect(models.fallbackAfter('offline', true)).toBeUndefined();
    expect(models.fallbackAfter('gone:model', true)).toBeUndefined();
  });

  test('a check tells a ready model from one that cannot be asked', async () => {
    await using server = await openFakeOpenAi();
    expect(await openModels(configFor(server.baseUrl)).check()).toEqual({
      model: 'openai:small',
      state: 'ready',
      problem: null,
    });
    expect(await openModels(buildModelsConfig()).check()).toMatchObject({ state: 'offline' });
    expect(await openModels(buildModelsConfig({ default: 'nobody' })).check()).toMatchObject({
      state: 'failing',
      problem: { code: 'model-unknown' },
    });
  });
});
