import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { oldestServer } from '../../runtime/binaries/find-temporal.ts';
import { isAtLeast } from '../../runtime/binaries/version.ts';
import { taskQueues } from '../../workflows/protocol.ts';

const root = resolve(import.meta.dirname, '../..');

/** The part of the Compose specification that this file uses; a key that is not here is a typing error. */
const duration = z.string().regex(/^\d+(ms|s|m|h)$/);
const variables = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string());
const command = z.array(z.string());
const service = z
  .strictObject({
    image: z.string().regex(/^[\w./-]+(:[\w.-]+)?$/),
    build: z.string(),
    restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
    environment: variables,
    entrypoint: command,
    command,
    ports: z.array(z.string().regex(/^127\.0\.0\.1:\d+:\d+$/)),
    volumes: z.array(z.string().regex(/^[\w-]+:\/[\w/]+$/)),
    configs: z.array(z.strictObject({ source: z.string(), target: z.string().startsWith('/') })),
    depends_on: z.record(
      z.string(),
      z.strictObject({
        condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']),
      }),
    ),
    healthcheck: z.strictObject({
      test: command.refine(([kind]) => kind === 'CMD' || kind === 'CMD-SHELL'),
      interval: duration,
      timeout: duration,
      retries: z.int().positive(),
    }),
  })
  .partial();
const composeFile = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

function readCompose() {
  const document = parse(readFileSync(resolve(root, 'docker-compose.yml'), 'utf8'), {
    merge: true,
  }) as object;
  // Extensions are ignored by Compose; ours only hold what others refer to.
  return composeFile.parse(
    Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith('x-'))),
  );
}

describe('docker-compose.yml', () => {
  const compose = readCompose();
  const services = Object.entries(compose.services);

  test('has only what the Compose specification knows', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['postgres', 'temporal', 'api', 'worker-sessions', 'worker-inference']),
    );
  });

  test('every service that something waits for is there, and says when it is healthy', () => {
    const wrong = services.flatMap(([name, { depends_on: needed = {} }]) =>
      Object.entries(needed)
        .filter(([other, { condition }]) => {
          const target = compose.services[other];
          return (
            target === undefined || (condition === 'service_healthy' && target.healthcheck === undefined)
          );
        })
        .map(([other]) => `${name} waits for ${other}`),
    );
    expect(wrong).toEqual([]);
  });

  test('every volume and configuration that is mounted is declared', () => {
    const mounted = services.flatMap(([, { volumes = [], configs = [] }]) => [
      ...volumes.map((volume) => volume.split(':')[0]!),
      ...configs.map(({ source }) => source),
    ]);
    const declared = [...Object.keys(compose.volumes), ...Object.keys(compose.configs)];
    expect(mounted.filter((name) => !declared.includes(name))).toEqual([]);
  });

  test('Temporal is recent enough for fairness and priorities', () => {
    const version = compose.services['temporal']?.image?.split(':')[1] ?? '0';
    expect(isAtLeast(version, oldestServer)).toBe(true);
  });

  test('the deprecated image that sets itself up is not used', () => {
    expect(services.filter(([, { image = '' }]) => image.includes('auto-setup'))).toEqual([]);
  });

  test('every task queue has a worker', () => {
    const served = services
      .filter(([, { command: words }]) => words?.[0] === 'worker')
      .flatMap(([, { command: words }]) => words![words!.indexOf('--queues') + 1]!.split(','));
    expect(served.toSorted()).toEqual(Object.keys(taskQueues).toSorted());
  });

  test('Temporal’s dynamic settings are a list of values by name, with fairness on', () => {
    const setting = z.array(
      z.strictObject({ value: z.unknown(), constraints: z.looseObject({}).optional() }),
    );
    const settings = z
      .record(z.string(), setting)
      .parse(parse(compose.configs['temporal-dynamic-config']!.content));
    expect(settings['matching.enableFairness']).toEqual([{ value: true }]);
    expect(settings['history.workflowIdReuseMinimalInterval']).toEqual([{ value: '0s' }]);
  });
});
