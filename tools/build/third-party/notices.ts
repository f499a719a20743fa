import type { ThirdParty } from './packages.ts';

const COPYRIGHT = /^\s*(portions )?copyright\s*(\(c\)|©|\d{4})/i;

/** Some of its copies have a title, and some have none. */
const TITLE = /^(the )?mit license[^\n]*\n/i;

interface Section {
  readonly body: string;
  readonly lines: string[];
}

/** Who wrote what is bundled, and on which terms: each text once, under the packages that bring it along. */
export function toNotices(product: string, packages: readonly ThirdParty[]): string {
  const sections = new Map<string, Section>();
  for (const { name, version, license, texts } of packages) {
    for (const text of texts) {
      const { holders, body } = split(text);
      const key = body
        .replace(TITLE, '')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '');
      const section = sections.get(key) ?? { body, lines: [] };
      sections.set(key, section);
      section.lines.push([`${name} ${version} (${license})`, ...holders].join('\n    '));
    }
  }
  const parts = [...sections.values()].map(({ lines, body }) => `${lines.join('\n')}\n\n${body}\n`);
  return [
    `The files beside this one are ${product}, and have code of these packages in them.\n`,
    ...parts,
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The lines that say who has the copyright, and the terms, which many packages share. */
function split(text: string): { readonly holders: readonly string[]; readonly body: string } {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  return {
    holders: lines.filter((line) => COPYRIGHT.test(line)).map((line) => line.trim()),
    body: lines
      .filter((line) => !COPYRIGHT.test(line))
      .join('\n')
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .replace(/^\n+|\s+$/g, ''),
  };
}
