import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { type Cell, renderTable } from '../../../src/cli/terminal/table.ts';

const plain = (text: string) => text;
const row = (...texts: string[]): Cell[] => texts.map((text) => ({ text }));
const COLUMNS = [{ title: 'name' }, { title: 'state' }, { title: 'why' }];

test('columns are as wide as what is in them', () => {
  expect(renderTable(COLUMNS, [row('a', 'due', 'x'), row('longer', '', '')], plain)).toStrictEqual([
    'NAME    STATE  WHY',
    'a       due    x',
    'longer',
  ]);
});

test('a column that is empty in all rows is left out', () => {
  expect(renderTable(COLUMNS, [row('a', '', 'x')], plain)).toStrictEqual(['NAME  WHY', 'a     x']);
});

test('characters that take two places keep the columns straight', () => {
  const [, first = '', second = ''] = renderTable(
    COLUMNS,
    [row('地図', 'a', ''), row('abcd', 'b', '')],
    plain,
  );

  expect(stringWidth(first.slice(0, first.indexOf('a')))).toBe(second.indexOf('b', 4));
});

test('on a terminal the last column wraps within its width', () => {
  const lines = renderTable(COLUMNS, [row('a', 'due', 'word '.repeat(20))], plain, 60);

  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines.slice(2).every((line) => line.startsWith(' '.repeat(11)))).toBe(true);
});

test('without a terminal each row is one line', () => {
  expect(renderTable(COLUMNS, [row('a', 'due', 'word '.repeat(200))], plain)).toHaveLength(2);
});

test('a style paints the text and not the space beside it', () => {
  const paint = (text: string, style?: string) => (style ? `<${text}>` : text);

  const [, line] = renderTable(COLUMNS, [[{ text: 'a', style: 'red' }, { text: 'b' }, { text: 'c' }]], paint);

  expect(line).toBe('<a>     b      c');
});

test('names that would steer the terminal are shown as they are', () => {
  const lines = renderTable(COLUMNS, [row('a\x1b[2J', 'b\nc', '\u202ex')], plain);

  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toMatch(/\p{C}/u);
});
