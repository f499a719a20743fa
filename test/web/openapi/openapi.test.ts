import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../../src/web/openapi/openapi.ts';
import { ERRORS } from '../../../src/web/openapi/operation.ts';
import type { Reference, ResponseObject } from '../../../src/web/openapi/types.ts';
import { planCsv } from '../../../src/web/replies/plan-reply.ts';
import { plannedAccount } from '../../../src/web/schema/fleet-answers.ts';

const LINTER = 'node_modules/@redocly/cli/bin/cli.js';

describe.each(['key', 'entra'] as const)('the document with HTTP_AUTH=%s', (auth) => {
  const document = openApiDocument(auth);

  function resolve(answer: ResponseObject | Reference | undefined): ResponseObject {
    if (answer === undefined) return { description: '' };
    if (!('$ref' in answer)) return answer;
    const found = document.components.responses[answer.$ref.split('/').at(-1) ?? ''];
    if (found === undefined) throw new Error(`${answer.$ref} leads nowhere.`);
    return found;
  }

  test('is valid by the schema of OpenAPI 3.1, and its references lead somewhere', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));

    expect(result).toStrictEqual({ valid: true });
  });

  test('has nothing that the linter minds (redocly.yaml)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    const file = join(folder, `${auth}.json`);
    writeFileSync(file, JSON.stringify(document, null, 2));
    // It asks nobody for a newer version, and tells nobody that it was used.
    const env = { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', REDOCLY_TELEMETRY: 'off' };

    const linted = await promisify(execFile)(process.execPath, [LINTER, 'lint', file], { env }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    rmSync(folder, { recursive: true });

    expect(`${linted.stdout}${linted.stderr}`).toMatch(/Your API description is valid/);
    expect(`${linted.stdout}${linted.stderr}`).not.toMatch(/warning/i);
  });

  test('has one schema for each answer in JSON, and a default one, so that generators make a type of each', () => {
    const answers = Object.values(document.paths)
      .flatMap((item) => Object.values(item))
      .map(({ operationId, responses }) => ({
        operationId,
        default: resolve(responses.default).content?.['application/json']?.schema,
        unnamed: Object.values(responses).filter((answer) => {
          const { schema } = resolve(answer).content?.['application/json'] ?? {};
          return schema !== undefined && !('$ref' in schema);
        }),
      }));

    const error = { $ref: '#/components/schemas/ErrorResponse' };
    expect(answers).toEqual(answers.map(({ operationId }) => ({ operationId, default: error, unnamed: [] })));
  });

  test('has patterns that need no flag, and that names of ASCII keep to', () => {
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
      ([, pattern = '']) => JSON.parse(pattern) as string,
    );
    const { ResourceGroupName, AccountName } = document.components.parameters;

    expect(patterns.filter((pattern) => /\\[pPuk]/.test(pattern))).toEqual([]);
    for (const flags of ['', 'u']) for (const pattern of patterns) new RegExp(pattern, flags);
    // As Azure Resource Manager's own specification has it.
    expect(ResourceGroupName?.schema).toMatchObject({
      pattern: '^[-\\w\\._\\(\\)]+$',
      minLength: 1,
      maxLength: 90,
    });
    expect('rg-maps').toMatch(new RegExp(String(ResourceGroupName?.schema.pattern)));
    expect('map-storefront').toMatch(new RegExp(String(AccountName?.schema.pattern)));
  });

  test('is that of the app in this repository', () => {
    const { name, version, license } = JSON.parse(readFileSync('package.json', 'utf8'));

    expect(document.info).toMatchObject({ title: name, version, license: { identifier: license } });
  });
});

test('a plan as CSV has the very fields that a planned account has', () => {
  expect(planCsv([], []).trim().split(',')).toStrictEqual(Object.keys(plannedAccount.shape));
});

describe('the errors of the app', () => {
  /** Of rotations that nobody waits for, of what comes after an answer, and of scopes within a plan. */
  const NO_ANSWERS = ['GivenUp', 'KeyNotAccepted', 'MapsUnavailable'];
  const OF_SCOPES = ['ListGoesInCircles', 'ListHasNoEnd', 'ListNotFinished'];

  test('are all described, with their status', () => {
    const sources = globSync('src/{core,app,adapters,functions,web}/**/*.ts').map((file) =>
      readFileSync(file, 'utf8'),
    );

    const made = sources.flatMap((source) => [
      ...source.matchAll(/\b(?:fault\(\s*(?<status>\d+),|unavailable\()\s*'(?<code>\w+)'/g),
    ]);
    const wrong = made.flatMap(({ groups: { status = '503', code = '' } = {} }) => {
      const described = Object.entries(ERRORS).find(([name]) => name === code)?.[1].status;
      const isRight =
        String(described) === status || [...NO_ANSWERS, ...OF_SCOPES, 'UnexpectedAnswer'].includes(code);
      return isRight ? [] : [`${status} ${code}`];
    });

    expect(made.length).toBeGreaterThan(20);
    expect(wrong).toStrictEqual([]);
  });
});
