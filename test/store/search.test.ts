import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { lexemesOf, parseSearch } from '../../domain/search-terms.ts';
import type { Database } from '../../store/database.ts';
import { listSessions } from '../../store/list-sessions.ts';
import { saveChanges } from '../../store/save-changes.ts';
import { openTestDatabase } from '../harness/store-database.ts';
import { buildChanges, buildMessage } from './builders.ts';

let database: Database & AsyncDisposable;
beforeAll(async () => {
  database = await openTestDatabase();
  const says = (key: string, title: string, tags: readonly string[], ...texts: readonly string[]) =>
    saveChanges(
      database,
      buildChanges(
        { key, title, tags },
        texts.map((text, index) => ({ id: `${key}-${index}`, position: index + 1, text })),
      ),
    );
  await says(
    'deploy',
    'Deploying the server',
    ['ops', 'prod-eu'],
    'How do I deploy?',
    'Run make deploy on node 7.',
  );
  await says(
    'chinese',
    '周末计划',
    ['旅行'],
    '今天我们讨论会话管理的问题',
    '好的，会议在下午。用nginx做代理',
  );
  await says('apart', 'Apart', [], '会议上说了很多话', 'alpha', 'beta');
  await says('accents', 'CAFÉ École', [], 'ПРИВЕТ мир', 'price_list@example.com is 100% ok');
  await saveChanges(database, {
    ...buildChanges({ key: 'chapters', chapter: 2 }, []),
    revision: 5,
    messages: [
      buildMessage({ id: 'old', position: 1, text: 'the zebra of chapter one' }),
      buildMessage({ id: 'new', position: 2, chapter: 2, text: 'another zebra' }),
    ],
  });
});
afterAll(() => database.close());

const find = async (q: string) =>
  (await listSessions(database, { status: 'all', sort: 'title', limit: 50, q })).items;

describe('search', () => {
  test.each([
    ['deploy', ['deploy'], 'case does not matter, the last word may go on'],
    ['DEPLOYING SERV', ['deploy'], 'every word is found in the title'],
    ['server ops', ['deploy'], 'words in title and tags together'],
    ['make node', ['deploy'], 'words in one message'],
    ['how make', [], 'words in two messages are not in one'],
    ['deplo the', [], 'only the last word may be a beginning'],
    ['alpha beta', [], 'not over two messages of a session'],
    ['会话', ['chinese'], 'two characters inside a longer text; not where they are apart'],
    ['会', ['apart', 'chinese'], 'a single character'],
    ['管理的问题', ['chinese'], 'a longer part of a run'],
    ['旅行', ['chinese'], 'in tags'],
    ['周末', ['chinese'], 'in titles'],
    ['用nginx', ['chinese'], 'scripts side by side'],
    ['nginx 会议', ['chinese'], 'mixed, in any order'],
    ['会，议', ['apart', 'chinese'], 'punctuation only separates'],
    ['café école', ['accents'], 'case beyond ASCII'],
    ['привет', ['accents'], 'case of other scripts'],
    ['example.com', ['accents'], 'parts of an address'],
    ['list@', ['accents'], 'half an address'],
    ['100%', ['accents'], 'a wildcard of like is punctuation'],
    [`deploy' | 'alpha`, [], 'quotes and operators are not syntax'],
    [`deploy & !node <-> \\ :*`, ['deploy'], 'nothing is syntax'],
    [`'); drop table projection.session; --`, [], 'least of all SQL'],
    ['…!?', [], 'nothing but punctuation finds nothing'],
    ['prod_eu', ['deploy'], 'a hyphen in the tag, an underscore in the query'],
  ])('%j finds %j: %s', async (query, keys) => {
    expect((await find(query)).map((item) => item.facts.key).toSorted()).toEqual(keys);
  });

  test('blanks alone are no restriction', async () => {
    expect(await find('  ')).toHaveLength(5);
  });

  test('finds a session once, by its newest message, over all chapters', async () => {
    expect((await find('zebra')).map(({ hit }) => hit)).toEqual([
      { messageId: 'new', chapter: 2, snippet: 'another zebra', ranges: [[8, 13]] },
    ]);
    expect((await find('zebra one'))[0]?.hit).toMatchObject({ messageId: 'old', chapter: 1 });
  });

  test('a hit in title or tags says so', async () => {
    expect((await find('旅行'))[0]?.hit).toEqual({
      messageId: null,
      chapter: null,
      snippet: '周末计划 旅行',
      ranges: [[5, 7]],
    });
  });

  test('counts what each tab would list', async () => {
    const { counts } = await listSessions(database, {
      status: 'archived',
      sort: 'recent',
      limit: 1,
      q: '会',
    });
    expect(counts).toEqual({ active: 2, archived: 0, pinned: 0, all: 2 });
  });
});

const wordsInDatabase = async (text: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ words: readonly string[] }>`
      select tsvector_to_array(projection.words(${text})) as words`.execute(database.kysely);
  return rows[0]?.words ?? [];
};

// The two may be of different editions of Unicode, and disagree on the case of a letter that is new in one.
const isAgreed = (text: string): boolean =>
  !/[\u1c80-\u1c8f\u10a0-\u10ff\u13a0-\u13ff\u0130\u1c90-\u1cbf\u2c00-\u2fff]/.test(text);

describe('the index', () => {
  test('has the words that queries are made of', async () => {
    const unit = fc.oneof(
      fc.constantFrom(
        'a',
        'Z',
        'é',
        'Ö',
        '7',
        '会',
        '話',
        'か',
        '한',
        ' ',
        '\n',
        '-',
        '_',
        "'",
        '。',
        '，',
        '👍',
        'ß',
        '𠀀',
      ),
      fc.integer({ min: 1, max: 0x2fff }).map((code) => String.fromCodePoint(code)),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 24 }).filter(isAgreed), async (text) => {
        const terms = parseSearch(text);
        fc.pre(terms.length < 16);
        const expected = new Set(terms.flatMap(lexemesOf).map((lexeme) => lexeme.text));
        expect(new Set(await wordsInDatabase(text))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('takes any text, however long its words', async () => {
    const words = await wordsInDatabase(`${'x'.repeat(100_000)} ${'界'.repeat(50_000)}`);
    expect(words.toSorted()).toEqual(['x'.repeat(32), 'x'.repeat(64), '界'].toSorted());
  });
});
