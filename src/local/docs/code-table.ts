import type { Advice } from '../../web/advice.ts';

/** A table for Markdown: each code, what it means and what to do. */
export function codeTable(advice: Readonly<Record<string, Advice>>): string {
  const rows = Object.entries(advice)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([code, { title, meaning, todo }]) =>
        `| \`${code}\` | ${cell(title)}. ${cell(meaning)} | ${cell(todo)} |`,
    );
  return ['| code | what it means | what to do |', '| --- | --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
