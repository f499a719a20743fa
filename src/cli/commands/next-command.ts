import { printable } from '../terminal/text.ts';
import type { Context } from './command.ts';
import { textOf } from './command.ts';

/** A command to go on with, as it is typed into a shell, with the options of this one that still hold. */
export function nextCommand({ values }: Pick<Context, 'values'>, words: readonly string[]): string {
  const same = ['account', 'app', 'audience', 'function-key-file'].flatMap((name) => {
    const value = textOf(values, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  return ['maps-key-rotation', ...words, ...same].map(quote).join(' ');
}

function quote(word: string): string {
  const clean = printable(word);
  return /^[\w./:@=+-]+$/.test(clean) ? clean : `'${clean.replaceAll("'", "'\\''")}'`;
}
