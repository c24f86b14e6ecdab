import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readServerSentEvents, type ServerSentEvent } from '../../cli/client/server-sent-events.ts';
import { addToken, emptyReply } from '../../cli/chat/reply-text.ts';
import { waitingSentence } from '../../cli/chat/sentences.ts';
import { neutraliseJson, neutraliseLine, neutraliseText } from '../../cli/output/neutralise.ts';
import { formatRelativeTime } from '../../cli/output/relative-time.ts';
import { formatTable } from '../../cli/output/table.ts';
import { fitWidth, lastRow, textWidth } from '../../cli/output/width.ts';

// oxlint-disable-next-line eslint/no-control-regex
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
});

describe('neutralising', () => {
  test('nothing that a terminal obeys is left, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(neutraliseText(text)).not.toMatch(obeyed);
        expect(neutraliseLine(text)).not.toMatch(/[\n\t]/);
      }),
    );
  });

  test('JSON stays the same value', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = neutraliseJson(JSON.stringify({ text }));
        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(obeyed);
      }),
    );
  });
});

describe('widths', () => {
  test.each([
    ['abc', 3],
    ['京都', 4],
    ['e\u0301', 1],
    ['👩‍💻', 2],
    ['，', 2],
    ['한글', 4],
  ])('%s takes %d columns', (text, width) => expect(textWidth(text)).toBe(width));

  test('a cut text is never wider than its room', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
        expect(textWidth(fitWidth(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('a wide character that does not fit goes to the next row', () => {
    expect(lastRow('abc京都', 4)).toBe('京都');
    expect(lastRow('abcd', 4)).toBe('abcd');
    expect(lastRow('abcde', 4)).toBe('e');
  });

  test('a table gives way in its flexible column', () => {
    const layout = [
      { heading: 'KEY' },
      { heading: 'TITLE', isFlexible: true },
      { heading: 'N', alignsRight: true },
    ];
    expect(formatTable(layout, [['home', '一二三四五六七八九十', '1']], 24)).toEqual([
      'KEY   TITLE            N',
      'home  一二三四五六七…  1',
    ]);
  });
});

describe('an event stream', () => {
  const events = [
    { name: 'token', data: '{"text":"a\\n好"}', id: '1:1:2' },
    { name: 'message', data: 'two\nlines', id: '1:1:2' },
    { name: 'done', data: '{}', id: '2' },
  ];
  const text =
    ': hello\r\n\r\nevent: token\r\nid: 1:1:2\r\ndata: {"text":"a\\n好"}\r\n\r\ndata: two\ndata: lines\n\nevent: done\nid: 2\ndata:{}\n\nevent: cut\ndata: off';

  test('reads the same events however it is cut', async () => {
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
        const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
        async function* chunks() {
          for (let index = 1; index < places.length; index += 1)
            yield bytes.subarray(places[index - 1], places[index]);
        }
        const read: ServerSentEvent[] = [];
        for await (const event of readServerSentEvents(chunks())) read.push(event);
        expect(read).toEqual(events);
      }),
    );
  });
});

describe('tokens', () => {
  test('add each part of the text once, whatever comes twice', () => {
    const whole = 'One 😀 two 京都 three';
    const ends = fc.array(fc.tuple(fc.nat(whole.length), fc.nat(whole.length)));
    fc.assert(
      fc.property(ends, (pairs) => {
        let reply = emptyReply(1, 1);
        let shown = '';
        const ordered = pairs.map(([a, b]) => [Math.min(a, b, reply.end), Math.max(a, b)] as const);
        for (const [, end] of [...ordered, [0, whole.length] as const]) {
          const start = Math.min(reply.end, end);
          const from = Math.max(0, start - 3);
          const added = addToken(reply, {
            kind: 'token',
            turn: 1,
            attempt: 1,
            text: whole.slice(from, end),
            end,
          });
          reply = added.reply;
          shown += added.addition;
        }
        expect(shown).toBe(whole);
      }),
    );
  });

  test('of an attempt that is void count no more', () => {
    const late = addToken(emptyReply(1, 2), { kind: 'token', turn: 1, attempt: 1, text: 'old', end: 3 });
    expect(late.addition).toBe('');
  });
});

describe('sentences', () => {
  const waiting = { kind: 'turn.waiting', turn: 1, place: 3, reason: 'slots' } as const;
  test.each([
    [waiting, 'waiting for the model, 3 ahead'],
    [{ ...waiting, place: 0 }, 'waiting for the model'],
    [{ ...waiting, reason: 'rate' }, "waiting for the provider's limit, 3 ahead"],
    [
      { ...waiting, place: 0, reason: 'backoff', retryAt: '1970-01-01T00:00:12.000Z' },
      'the model did not answer, tried again in 12.0 s',
    ],
  ])('a wait %#', (event, sentence) => expect(waitingSentence(event, 0)).toBe(sentence));

  test.each([
    [0, 'just now'],
    [5 * 60_000, '5 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [2 * 86_400_000, '2 d ago'],
  ])('%d ms is %s', (age, sentence) => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    expect(formatRelativeTime(new Date(now - age).toISOString(), now)).toBe(sentence);
  });
});
