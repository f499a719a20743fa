import { readFileSync, writeFileSync } from 'node:fs';
import { GENERATED_DOCS, withGeneratedParts } from './generated-parts.ts';

for (const file of GENERATED_DOCS) {
  writeFileSync(file, withGeneratedParts(readFileSync(file, 'utf8')));
}
