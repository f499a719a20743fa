/*
 * Escapes for what is written to a terminal, a log or a spreadsheet. Names, tags and messages are other people's, and
 * each of these obeys some of what it is given.
 */

/**
 * One line that can be shown anywhere: what a terminal would obey (escape sequences, line breaks, changes of the
 * writing direction) becomes a mark.
 */
export function printable(text: string): string {
  return text
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd')
    .trim();
}

/** JSON that a terminal shows as it is: `JSON.stringify` leaves alone all control characters past the first 32. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\x7f\p{Cf}\p{Zl}\p{Zp}\x80-\x9f]/gu,
    (character) =>
      Array.from({ length: character.length }, (_, i) => escapeUnit(character.charCodeAt(i))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** Where a cell can begin: at the text's beginning, and after all that some spreadsheet takes for the end of a cell. */
const FORMULA = /(^|[;,|\t])([\s'"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/**
 * A cell that no spreadsheet takes for a formula, whatever separates its lists: quotes protect a cell only where the
 * separator is the comma. The apostrophe is the mark by which spreadsheets know a text.
 */
export function toCell(text: string): string {
  return printable(text.replace(FORMULA, "$1$2'"));
}
