import { readFileSync, writeFileSync } from 'node:fs';
import { toNotices } from './notices.ts';
import { thirdParties } from './packages.ts';
import { toSbom } from './sbom.ts';

interface Chunk {
  readonly type: string;
  readonly moduleIds?: readonly string[];
}

/** The modules of which code is in what the bundler has written. */
export function modulesOf(output: readonly Chunk[]): string[] {
  return output.flatMap(({ moduleIds = [] }) => moduleIds);
}

/** Puts beside a bundle what it is made of: for people who redistribute it, and for programs that look for known flaws. */
export function writeThirdParty(folder: string, moduleIds: Iterable<string>): void {
  const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
    'name' | 'version' | 'license',
    string
  >;
  const packages = thirdParties(moduleIds);
  writeFileSync(`${folder}/THIRD-PARTY-NOTICES.txt`, toNotices(name, packages));
  writeFileSync(`${folder}/sbom.cdx.json`, `${toSbom({ name, version, license }, packages)}\n`);
}
