import type { ServiceCode, ServiceCodes } from '../../src/core/service-codes/types.ts';
import type { Advice } from '../../src/web/advice/advice.ts';
import { toAdvice } from '../../src/web/advice/advice-services.ts';

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

const TURNS: Readonly<Record<ServiceCode['turn'], string>> = {
  azure: 'Azure',
  operator: 'you',
  caller: 'who asked',
  nobody: 'nobody',
};

/** The same of what services answer, and whether it passes, whose turn it is, and whether anything was done. */
export function serviceCodeTable(codes: ServiceCodes): string {
  const rows = Object.entries(codes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, of]) => {
      const { title, meaning, todo } = toAdvice(of);
      const facts = [of.passes ? 'yes' : 'no', TURNS[of.turn], of.carriedOut === 'no' ? 'no' : 'perhaps'];
      return `| \`${code}\` | ${cell(title)}. ${cell(meaning)} | ${facts.join(' | ')} | ${cell(todo)} |`;
    });
  const head = '| code | what it means | passes by itself | whose turn | carried out | what to do |';
  return [head, '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
