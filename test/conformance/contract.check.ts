import { describe, expect, test } from 'vitest';
import type { HttpAuth } from '../../src/settings/settings.ts';
import { openApiDocument } from '../../src/web/openapi/openapi.ts';
import { binary, FOLDER, run, tell, writeGenerated } from './tools.ts';

const RULESET = `${FOLDER}/spectral.yaml`;

describe.each<HttpAuth>(['key', 'entra'])('the contract with HTTP_AUTH=%s', (auth) => {
  test("breaks none of Spectral's rules and of Azure's", async () => {
    const document = openApiDocument(auth);
    const file = writeGenerated(`contract-${auth}.json`, document);

    const args = ['--ruleset', RULESET, '--fail-severity', 'hint', '--format', 'json', '--quiet'];
    const { exitCode, stdout, stderr } = await run(binary('spectral'), ['lint', file, ...args]);

    expect({ exitCode, findings: stdout.trim(), stderr }).toEqual({
      exitCode: 0,
      findings: '[]',
      stderr: '',
    });
    tell(`Spectral: HTTP_AUTH=${auth}, ${Object.keys(document.paths).length} paths, no finding`);
  });
});
