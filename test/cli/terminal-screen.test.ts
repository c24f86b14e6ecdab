import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TerminalScreen } from '../../cli/chat/terminal-screen.ts';
import { until } from '../harness/until.ts';
import './to-show.ts';
import { TestIo } from './run-command.ts';
import { TerminalModel } from './terminal-model.ts';

const open: TerminalScreen[] = [];
afterEach(() => {
  for (const screen of open.splice(0)) screen[Symbol.dispose]();
});

function show(columns: number) {
  const io = new TestIo({ url: 'http://127.0.0.1:1', columns });
  const model = new TerminalModel(columns);
  io.output.on('data', (chunk: Buffer) => model.write(chunk.toString()));
  const texts: string[] = [];
  const interrupts: boolean[] = [];
  const listener = {
    onText: (text: string) => void texts.push(text),
    onInterrupt: (hadText: boolean) => void interrupts.push(hadText),
    onEnd: () => undefined,
  };
  let history: readonly string[] = [];
  const screen = new TerminalScreen(io, listener, {
    history: ['older'],
    onHistory: (lines) => (history = lines),
    completions: ['/help', '/reset'],
  });
  open.push(screen);
  const shown = {
    get screen(): string {
      return model.text;
    },
  };
  return { io, model, screen, texts, interrupts, shown, history: () => history };
}

describe('a terminal screen', () => {
  test('what is being typed stays below what is being said', async () => {
    const { io, screen, shown } = show(20);
    screen.write('Once upon');
    io.type('my next quest');
    await expect(shown).toShow('Once upon\n> my next quest');
    screen.write(' a time there was a long row');
    io.type('ion');
    await expect(shown).toShow('Once upon a time the\nre was a long row\n> my next question');
    screen.setStatus('waiting for the model, 3 ahead');
    await expect(shown).toShow(
      'Once upon a time the\nre was a long row\nwaiting for the mo…\n> my next question',
    );
    screen.setStatus(undefined);
    screen.write('.\nThe end.\n');
    await expect(shown).toShow('Once upon a time the\nre was a long row.\nThe end.\n> my next question');
  });

  test('typed rows that are longer than the terminal are no obstacle', async () => {
    const { io, screen, shown } = show(10);
    io.type('0123456789012345');
    screen.write('ab');
    await expect(shown).toShow('ab\n> 01234567\n89012345');
    screen.write('cdefghijklm');
    await expect(shown).toShow('abcdefghij\nklm\n> 01234567\n89012345');
  });

  test('a sent line goes away: whoever listens decides where it is shown', async () => {
    const { io, screen, texts, shown } = show(20);
    screen.write('Reply');
    screen.setStatus('busy');
    io.type('first\r');
    await expect(shown).toShow('Reply\nbusy\n>');
    expect(texts).toEqual(['first']);
    screen.write(' goes on');
    await expect(shown).toShow('Reply goes on\nbusy\n>');
  });

  test('a row that is full to its last column leaves no gap', async () => {
    const { screen, shown } = show(10);
    screen.write('0123456789');
    await expect(shown).toShow('0123456789\n>');
    screen.write('abc');
    await expect(shown).toShow('0123456789\nabc\n>');
    screen.line('next');
    await expect(shown).toShow('0123456789\nabc\nnext\n>');
  });

  test('text in any pieces looks as if it had come at once', () => {
    const piece = fc.oneof(
      fc.constantFrom('好', '😀', '\n', ' '),
      fc.string({ unit: 'grapheme-ascii', maxLength: 9 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 8, max: 20 }), (pieces, columns) => {
        const live = show(columns);
        const plain = new TerminalModel(columns);
        plain.write(pieces.join(''));
        for (const text of pieces) live.screen.write(text);
        live.screen[Symbol.dispose]();
        live.model.write((live.io.output as unknown as { read(): Buffer | null }).read()?.toString() ?? '');
        expect(live.model.text).toBe(plain.text);
      }),
      { numRuns: 60 },
    );
  });

  test('pasted lines are one message, and a backslash at the end goes on', async () => {
    const { io, texts } = show(40);
    io.type('\u001b[200~one\rtwo\rthree\u001b[201~');
    io.type('\r');
    io.type('four\\\rfive\r');
    await until(() => texts.length === 2, { what: 'two messages' });
    expect(texts).toEqual(['one\ntwo\nthree', 'four\nfive']);
  });

  test('the arrow keys bring back what was typed, also in earlier chats', async () => {
    const { io, texts, history } = show(40);
    io.type('newer\r');
    io.type('\u001b[A\u001b[A\r');
    await until(() => texts.length === 2, { what: 'two messages' });
    expect(texts).toEqual(['newer', 'older']);
    expect(history()).toEqual(['older', 'newer']);
  });

  test('Ctrl-C throws away what is typed first', async () => {
    const { io, interrupts, shown } = show(40);
    io.type('no, wait');
    await expect(shown).toShow('> no, wait');
    io.type('\u0003');
    await expect(shown).toShow('>');
    io.type('\u0003');
    await until(() => interrupts.length === 2, { what: 'two interrupts' });
    expect(interrupts).toEqual([true, false]);
  });

  test('another width loses no text', async () => {
    const { io, model, screen, shown } = show(20);
    screen.write('Once upon a time there');
    await expect(shown).toShow('Once upon a time the\nre\n>');
    model.columns = 12;
    Object.assign(io.output, { columns: 12 }).emit('resize');
    screen.write(' was');
    const flat = () => shown.screen.replaceAll(/\s/g, '');
    await until(() => flat().includes('was'), { what: 'the rest' });
    expect(flat()).toContain('Onceuponatimetherewas');
  });

  test('Tab completes a command', async () => {
    const { io, shown } = show(40);
    io.type('/re\t');
    await expect(shown).toShow('> /reset');
  });
});
