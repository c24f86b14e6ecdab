import { expect, test } from '@jest/globals';
import { isMessageId } from '../../domain/message-id.ts';
import { messageLimitBytes, messageTextFault } from '../../domain/message-text.ts';

test.each([
  ['a word', undefined],
  ['😀', undefined],
  ['x'.repeat(messageLimitBytes), undefined],
  ['x'.repeat(messageLimitBytes + 1), 'message-too-large'],
  ['文'.repeat(messageLimitBytes / 3 + 1), 'message-too-large'],
  ['', 'empty-text'],
  [' \n　', 'empty-text'],
  ['a\0b', 'bad-text'],
  ['\ud83d', 'bad-text'],
  ['\ude00\ud83d', 'bad-text'],
])('a text may or may not be a message (%#)', (text, fault) => {
  expect(messageTextFault(text)).toBe(fault);
});

test.each([
  ['a', true],
  [' ', true],
  ['x'.repeat(128), true],
  ['x'.repeat(129), false],
  ['', false],
  ['ö', false],
  ['a\n', false],
  ['\0', false],
])('ids are 1 to 128 printable ASCII characters (%#)', (id, isOne) => {
  expect(isMessageId(id)).toBe(isOne);
});
