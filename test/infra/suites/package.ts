import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Deployments } from '../deployments.ts';
import { matches } from '../deployments.ts';

export function testPackage(get: () => Deployments): void {
  describe('package', () => {
    test('Node.js is of the version that the tests run with', () => {
      const { runtime } = get().one('minimal', 'Microsoft.Web/sites').properties.functionAppConfig;
      const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

      expect(runtime).toEqual({ name: 'node', version: /\d+/.exec(devDependencies.node)?.[0] });
    });

    test('what azd deploys is the bundle, and it finds the app', () => {
      const azure = readFileSync('azure.yaml', 'utf8');
      const [service] = matches(azure, /^services:\n {2}(\w+):/gm);
      const [dist = ''] = matches(azure, /^ {4}dist: (.+)$/gm);

      expect(get().one('minimal', 'Microsoft.Web/sites').tags).toMatchObject({ 'azd-service-name': service });
      expect(azure).toContain('remoteBuild: false');
      expect(
        ['host.json', 'package.json', 'main.js'].filter((file) => !existsSync(`${dist}/${file}`)),
      ).toEqual([]);
      expect(existsSync(`${dist}/node_modules`)).toBe(false);
    });

    test('azd does not take .funcignore for a sign that Azure is to build', () => {
      const lines = readFileSync('.funcignore', 'utf8').split('\n');

      expect(lines.filter((line) => /^\/?node_modules\/?$/.test(line))).toEqual([]);
    });
  });
}
