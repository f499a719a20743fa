import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, toJson } from '../../../src/cli/terminal/text.ts';

const ESCAPE = '\x1b]0;owned\x07\x1b[2J';

test.each<[string, string]>([
  ['an escape sequence', ESCAPE],
  ['a one-byte escape', '\x9b2J'],
  ['a backspace', 'rm\b\b'],
  ['a change of the writing direction', 'a\u202eb'],
  ['a character of no width', 'a\u200bb'],
  ['half a character', 'a\ud800b'],
  ['a line separator', 'a\u2028b'],
])('%s is shown and not carried out', (_name, text) => {
  expect(printable(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(printable(text)).toContain('\ufffd');
});

test('line breaks become spaces, and letters of all languages stay', () => {
  expect(printable('Zürich\r\n地図 🗺\n')).toBe('Zürich 地図 🗺');
});

test('what is printed holds nothing that a terminal obeys, whatever it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('JSON means the same, and holds nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = toJson({ text });

      expect(JSON.parse(json)).toStrictEqual({ text });
      expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});
