import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSnippet } from '../../domain/search-snippet.ts';
import { lexemesOf, parseSearch, toLowerCase } from '../../domain/search-terms.ts';

const word = (text: string, isPrefix = false) => ({ kind: 'word', text, isPrefix }) as const;
const run = (text: string) => ({ kind: 'run', text }) as const;

describe('what a person looks for', () => {
  test.each([
    ['Deploy the Server', [word('deploy'), word('the'), word('server', true)]],
    ['会话', [run('会话')]],
    ['重启nginx服务', [run('重启'), word('nginx'), run('服务')]],
    ['foo_bar@example.com', [word('foo'), word('bar'), word('example'), word('com', true)]],
    ["it's (a) “test”, 好。", [word('it'), word('s'), word('a'), word('test'), run('好')]],
    ['ÉCOLE Ⅻ 👍', [word('école'), word('ⅻ'), word('👍', true)]],
    ['东京タワー 서울', [run('东京タワー'), run('서울')]],
    [`' & | ! ( ) : * \\ <-> "`, []],
    [' \n\t', []],
  ])('%j is split into its terms', (query, terms) => {
    expect(parseSearch(query)).toEqual(terms);
  });

  test('a word that is longer than the index holds is looked for in pieces', () => {
    expect(parseSearch('x'.repeat(100)).map(({ text }) => text.length)).toEqual([64, 36]);
  });

  test('a very long query costs no more than a long one', () => {
    expect(parseSearch('word '.repeat(10_000))).toHaveLength(16);
  });

  test('each character of a run is an entry of the index', () => {
    expect(lexemesOf(run('会话管'))).toEqual(Array.from('会话管', (text) => ({ text, isPrefix: false })));
  });

  test('terms never hold what a tsquery gives a meaning to', () => {
    const query = fc.string({ unit: 'binary', maxLength: 200 });
    const holds = () =>
      fc.assert(
        fc.property(query, (text) =>
          parseSearch(text).every((term) => !/['"\\:*&|!()<>\s\0]/.test(term.text)),
        ),
      );
    expect(holds).not.toThrow();
  });

  test('lower case is as long as the text, so that places in one are places in the other', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => toLowerCase(text).length === text.length));
    expect(toLowerCase('İΣ ΟΔΟΣ')).toBe('İσ οδοσ');
  });
});

const marked = (text: string, query: string): string => {
  const { text: shown, ranges } = createSnippet(text, parseSearch(query));
  return ranges.reduceRight(
    (marks, [start, end]) => `${marks.slice(0, start)}[${marks.slice(start, end)}]${marks.slice(end)}`,
    shown,
  );
};

describe('the snippet', () => {
  test.each([
    ['Deploy the server', 'deploy ser', '[Deploy] the [ser]ver'],
    ['a category and a cat', 'cat and', 'a category [and] a [cat]'],
    ['今天讨论会话管理', '会话', '今天讨论[会话]管理'],
    ['用nginx重启', 'nginx 重启', '用[nginx][重启]'],
    ['two\nlines\tof text', 'lines', 'two [lines] of text'],
    ['👍👍 fine', 'fine', '👍👍 [fine]'],
  ])('of %j for %j marks the terms', (text, query, expected) => {
    expect(marked(text, query).replaceAll('][', '')).toBe(expected.replaceAll('][', ''));
  });

  test('is a window of about 120 characters around the first term', () => {
    const text = `${'before '.repeat(100)}needle${' after'.repeat(100)}`;
    const { text: shown, ranges } = createSnippet(text, parseSearch('needle'));
    expect(shown).toMatch(/^….*needle.*…$/);
    expect(shown.length).toBeLessThanOrEqual(122);
    expect(ranges.map(([start, end]) => shown.slice(start, end))).toEqual(['needle']);
  });

  test('never cuts a character in two, and its ranges are within it and in order', () => {
    const text = fc.string({ unit: fc.constantFrom('👍', '会', 'a', ' ', '話', 'é'), maxLength: 400 });
    fc.assert(
      fc.property(text, fc.constantFrom('会', 'a', '👍', '会話', 'é a'), (value, query) => {
        const { text: shown, ranges } = createSnippet(value, parseSearch(query));
        expect(shown.isWellFormed()).toBe(true);
        const ends = ranges.flat();
        expect(ends).toEqual(ends.toSorted((one, other) => one - other));
        expect(ends.every((end) => end >= 0 && end <= shown.length)).toBe(true);
      }),
    );
  });
});
