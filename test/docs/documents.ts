import { globSync, readFileSync } from 'node:fs';

export interface Document {
  readonly file: string;
  readonly text: string;
}

/** All that is written for people, but for what packages bring along. */
export const DOCUMENTS: readonly Document[] = globSync(['*.md', 'docs/**/*.md', 'examples/*/README.md']).map(
  (file) => ({ file, text: readFileSync(file, 'utf8') }),
);

export function documentOf(file: string): Document {
  const found = DOCUMENTS.find((one) => one.file === file);
  if (found === undefined) throw new Error(`There is no document ${file}.`);
  return found;
}

/** The anchors that headings get: lower case, without signs, spaces as hyphens, the second of a name with a number. */
export function anchorsOf({ text }: Document): string[] {
  const counts = new Map<string, number>();
  return [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const plain = heading
      .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const before = counts.get(plain) ?? 0;
    counts.set(plain, before + 1);
    return before === 0 ? plain : `${plain}-${before}`;
  });
}

/** The targets of links, but for those on the web. */
export function linksOf({ text }: Document): string[] {
  return [...withoutCode(text).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What stands between backticks, in a line or in blocks. */
export function codeOf({ text }: Document): string[] {
  const blocks = [...text.matchAll(/^```(?!mermaid)\w*\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const spans = [...withoutCode(text).matchAll(/`([^`]+)`/g)].map(([, span = '']) => span);
  return [...blocks, ...spans];
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}
