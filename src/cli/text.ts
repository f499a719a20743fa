/**
 * Names, tags and messages are other people's: what a terminal would obey (escape sequences, line breaks, changes of
 * the writing direction) is shown as a mark and not carried out.
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
