import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Bicep } from '../bicep.ts';
import { ENVIRONMENT } from '../bicep.ts';
import type { Deployments } from '../deployments.ts';
import { matches, sourceOf } from '../deployments.ts';

interface Declared {
  readonly nullable?: boolean;
  readonly defaultValue?: unknown;
  readonly metadata?: { readonly description?: string };
}

export function testCompilation(bicep: Bicep, get: () => Deployments): void {
  describe('compilation', () => {
    test('the compiler has nothing to say', () => {
      const { contents, diagnostics } = get().template;

      expect(diagnostics).toEqual([]);
      expect(JSON.parse(contents).$schema).toContain('subscriptionDeploymentTemplate');
    });

    test('the linter has nothing to say, with its rules as errors', async () => {
      const complaints = await bicep.lint('infra/main.bicep');
      const { analyzers } = JSON.parse(await readFile('infra/bicepconfig.json', 'utf8'));
      const levels = Object.entries<{ level: string }>(analyzers.core.rules).filter(
        ([, { level }]) => level !== 'error',
      );

      expect(complaints).toBe('');
      expect(levels.map(([rule]) => rule).sort()).toEqual([
        'use-description-vars',
        'use-recent-api-versions',
        'use-recent-module-versions',
      ]);
    });

    test('the parameter file takes its values from the environment', async () => {
      const { contents, diagnostics } = await bicep.buildParams('infra/main.bicepparam');
      const { parameters } = JSON.parse(contents);

      expect(diagnostics).toEqual([]);
      expect(parameters.environmentName.value).toBe(ENVIRONMENT.AZURE_ENV_NAME);
      expect(parameters.rotationScopes.value).toEqual(ENVIRONMENT.ROTATION_SCOPES.split(', '));
      expect(parameters.alerts.value).toBeNull();
      expect(parameters.entra.value).toBeNull();
    });

    test('every parameter says whether it is required, truly', () => {
      const { parameters } = JSON.parse(get().template.contents) as { parameters: Record<string, Declared> };

      const wrong = Object.entries(parameters).filter(([, { nullable, defaultValue, metadata }]) => {
        const isOptional = nullable === true || defaultValue !== undefined;
        return metadata?.description?.startsWith(isOptional ? 'Optional. ' : 'Required. ') !== true;
      });

      expect(wrong).toEqual([]);
    });

    test('every output has a description', () => {
      const { outputs } = JSON.parse(get().template.contents) as { outputs: Record<string, Declared> };

      expect(Object.entries(outputs).filter(([, { metadata }]) => !metadata?.description)).toEqual([]);
    });

    test('docs/deploy.md names parameters and outputs that there are', async () => {
      const told = await readFile('docs/deploy.md', 'utf8');
      const { parameters, outputs } = JSON.parse(get().template.contents);

      expect(matches(told, /\bparam (\w+) = /g).filter((name) => !(name in parameters))).toEqual([]);
      expect(matches(told, /\$\(output (\w+)\)/g).filter((name) => !(name in outputs))).toEqual([]);
      expect(matches(told, /\$\(output (\w+)\)/g).length).toBeGreaterThan(5);
    });

    test('a deployment once more finds the same names: nothing hangs on the time or on who deploys', () => {
      const { contents } = get().template;

      expect(contents.match(/\b(newGuid|utcNow|deployer)\(/g)).toBeNull();
    });

    test('nothing reports to anybody: each nested deployment is a module of this repository', () => {
      const modules = sourceOf('infra').match(/^module .+/gm) ?? [];

      const files = readdirSync('infra/modules').filter(
        (file) => file.endsWith('.bicep') && file !== 'types.bicep',
      );

      expect(files.filter((file) => !modules.some((line) => line.includes(`'modules/${file}'`)))).toEqual([]);
      expect(modules.filter((line) => !/^module \w+ 'modules\/[\w-]+\.bicep'/.test(line))).toEqual([]);
    });

    test('DEP-01: names of role assignments come from scope, principal and role alone', () => {
      const names = get()
        .of('full')
        .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments');

      expect(names.length).toBeGreaterThan(8);
      for (const { name, apiVersion, properties } of names) {
        expect(name).toMatch(
          /^\[guid\('\/subscriptions\/[^']+', reference\(.+\.outputs\.principalId\.value, '[^']*[0-9a-f-]{36}'\)\]$/,
        );
        expect(properties.principalType).toBe('ServicePrincipal');
        expect(apiVersion).toBe('2022-04-01');
      }
    });

    test('DEP-01: the same scopes in another order and spelling get the same role assignments', () => {
      const rotators = (set: 'full' | 'function') =>
        get()
          .of(set)
          .filter(
            ({ type, name }) =>
              type === 'Microsoft.Authorization/roleAssignments' &&
              !/rg-keys\/|queueServices|keyvault/.test(name),
          );

      const names = rotators('full').map(({ name }) => name);

      expect(names).toHaveLength(3);
      expect(
        rotators('function')
          .map(({ name }) => name)
          .sort(),
      ).toEqual(names.sort());
    });

    test('a scope that is none of the three kinds is refused, with its name', async () => {
      const wrong = '/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Maps';

      const evaluation = bicep.evaluate('wrong-scope', `param rotationScopes = ['${wrong}']\n`);

      await expect(evaluation).rejects.toThrow(wrong.toLowerCase());
    });
  });
}
