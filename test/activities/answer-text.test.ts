import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AnswerText } from '../../activities/answer-text.ts';

const unit = fc.constantFrom('a', '\0', '\ud83d', '\ude00', '你', ' ');

test('a text can be stored however its parts were cut: no NUL, no lone surrogate, nothing else lost', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 5 })), (parts) => {
      const answer = new AnswerText();
      const additions = parts.map((part) => answer.add(part));
      expect(additions.join('')).toBe(answer.text);
      expect(answer.text.isWellFormed()).toBe(true);
      const whole = parts.join('').replaceAll('\0', '');
      const complete = /[\ud800-\udbff]$/.test(whole) ? whole.slice(0, -1) : whole;
      expect(answer.text).toBe(complete.toWellFormed());
    }),
  );
});
