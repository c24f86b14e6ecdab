import { describe, expect, test } from '@jest/globals';
import { sessionCan, type SessionVerb } from '../../domain/session-can.ts';

const facts = { key: 's-1', ephemeral: false, endedAt: null };
const verbs: readonly SessionVerb[] = [
  'post to',
  'archive',
  'restore',
  'pin',
  'unpin',
  'change',
  'reset',
  'interrupt',
  'withdraw from',
  'fork',
  'delete',
];
const refused = (subject: typeof facts | { key: string; ephemeral: boolean; endedAt: number }) =>
  verbs.flatMap((verb) => {
    const refusal = sessionCan(verb, subject, 'home');
    return refusal === undefined ? [] : [`${verb}: ${refusal.code}`];
  });

describe('what is allowed with a session', () => {
  test('everything, while it lives', () => {
    expect(refused(facts)).toEqual([]);
  });

  test('the main session cannot be deleted', () => {
    expect(refused({ ...facts, key: 'home' })).toEqual(['delete: main-session']);
  });

  test('I7: an ephemeral session is neither archived nor pinned, for it will be removed', () => {
    expect(refused({ ...facts, ephemeral: true })).toEqual([
      'archive: session-ephemeral',
      'pin: session-ephemeral',
    ]);
  });

  test('one that has ended can only be read, forked and deleted', () => {
    expect(refused({ ...facts, ephemeral: true, endedAt: 1 })).toEqual(
      verbs.filter((verb) => verb !== 'fork' && verb !== 'delete').map((verb) => `${verb}: session-ended`),
    );
  });
});
