import { describe, expect, test } from '@jest/globals';
import { noLimits } from '../../domain/queue-limits.ts';
import { providersToServe } from '../../runtime/providers-to-serve.ts';
import { buildModelsConfig, buildProvider } from '../models/calls.ts';

const slots = (count: number) => ({ ...noLimits, slots: count });
const config = buildModelsConfig({
  default: 'work:gpt-x',
  limits: slots(9),
  providers: {
    work: buildProvider({ limits: slots(9) }),
    claude: buildProvider({ kind: 'anthropic', limits: slots(3) }),
  },
});
const serve = (...served: string[]) =>
  Object.fromEntries(providersToServe(config, new Map(served.map((name) => [name, noLimits]))));

describe('the providers that a worker serves', () => {
  test('are the default one under its fixed name and the others under their own', () => {
    expect(serve('default')).toEqual({ default: slots(9), claude: slots(3) });
  });

  test('I2: and those that sessions may still have calls with', () => {
    // `work` was no default once, `gone` is not configured any more.
    expect(serve('default', 'work', 'gone')).toEqual({
      default: slots(9),
      claude: slots(3),
      work: slots(9),
      gone: slots(4),
    });
  });
});
