import { describe, expect, test } from '@jest/globals';
import { openFakeOpenAi } from '../../bench/fake-openai.ts';
import { openModels } from '../../models/open-models.ts';
import { buildModelsConfig, configFor, failureOf } from './calls.ts';

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

  test.each(['anthropic:claude', 'ollama:qwen', 'nobody:x', ''])(
    '"%s" cannot be used and says so',
    async (name) => {
      const { failure, retry } = await failureOf(openModels(buildModelsConfig()).resolve(name));
      expect(failure).toMatchObject({ code: 'model-unknown' });
      expect(failure.reason).toContain('use openai or offline');
      expect(retry).toBe('never');
    },
  );

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

  test('a check tells a ready model from one that cannot be asked', async () => {
    await using server = await openFakeOpenAi();
    expect(await openModels(configFor(server.baseUrl)).check()).toEqual({
      model: 'openai:small',
      state: 'ready',
      problem: null,
    });
    expect(await openModels(buildModelsConfig()).check()).toMatchObject({ state: 'offline' });
    expect(await openModels(buildModelsConfig({ default: 'ollama' })).check()).toMatchObject({
      state: 'failing',
      problem: { code: 'model-unknown' },
    });
  });
});
