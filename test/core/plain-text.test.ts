import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCell } from '../../src/core/plain-text.ts';

const FORMULA = /^[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** Whether a cell begins a formula for a program that takes this character for the end of a cell. */
function beginsFormula(cell: string, separator: string): boolean {
  const marked = (part: string) => /^[\s'"]*'/.test(part);
  return cell.split(separator).some((part) => FORMULA.test(part) && !marked(part));
}

describe('SEC-08: a cell begins no formula', () => {
  test.each([
    ['=HYPERLINK("http://evil","x")', `'=HYPERLINK("http://evil","x")`],
    [`The tag is ';=HYPERLINK(1)'`, `The tag is ';'=HYPERLINK(1)'`],
    ['a; =1', `a; '=1`],
    ['a;"=1', `a;"'=1`],
    ['a\t+1', `a '+1`],
    ['a|@SUM(1)', `a|'@SUM(1)`],
    ['-1', `'-1`],
    ['\uff1d1', `'\uff1d1`],
    ['\r=1', `'=1`],
  ])('%j', (text, cell) => {
    expect(toCell(text)).toBe(cell);
  });

  test('nothing that is harmless is changed', () => {
    const text = "Wait 3-4 days, or set key-rotation=enabled; the event's id is a+b@c.";

    expect(toCell(text)).toBe(text);
  });

  test('whatever separates the lists where it is opened', () => {
    const part = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '\uff1d',
      ';',
      ',',
      '\t',
      '|',
      ' ',
      '"',
      '\r',
      '\n',
      'a',
      '1',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const cell = toCell(parts.join(''));

        expect([',', ';', '\t', '|'].filter((separator) => beginsFormula(cell, separator))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  test('and holds nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(toCell(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
