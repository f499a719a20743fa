import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { describe, expect, test } from 'vitest';

const DIST = 'dist';
const FILES = readdirSync(DIST);

test('PROC-05: the package is small and has all that it needs', () => {
  const bytes = FILES.reduce((sum, file) => sum + statSync(`${DIST}/${file}`).size, 0);

  expect(bytes).toBeLessThan(2_000_000);
  expect(FILES).toEqual(expect.arrayContaining(['host.json', 'main.js', 'package.json']));
  expect(FILES).not.toContain('node_modules');
});

test('nothing in it is imported from outside but what Node and the host supply', () => {
  const sources = FILES.filter((file) => file.endsWith('.js')).map((file) =>
    readFileSync(`${DIST}/${file}`, 'utf8'),
  );

  const imported = sources.flatMap((source) =>
    [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?["']([^"'./$][^"']*)["']/g)].map(([, name = '']) => name),
  );

  const known = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  expect(imported.filter((name) => !known.has(name))).toEqual([]);
  expect(imported.length).toBeGreaterThan(0);
});

test('PROC-05: what the host loads at start has no Azure SDK in it', () => {
  const main = readFileSync(`${DIST}/main.js`, 'utf8');

  expect(main.length).toBeLessThan(200_000);
  expect(main).not.toContain('azsdk-js');
  expect(main).toContain('import(');
});

test('the page for people is loaded by those alone who ask for it', () => {
  const page = readFileSync(`${DIST}/status-page.js`, 'utf8');

  expect(page).toContain('<!doctype html>');
  for (const file of ['main.js', 'loaded.js']) {
    expect(readFileSync(`${DIST}/${file}`, 'utf8')).not.toContain('<!doctype html>');
  }
});

test('the host takes from the app the very settings that the repository has', () => {
  expect(readFileSync(`${DIST}/host.json`, 'utf8')).toBe(readFileSync('host.json', 'utf8'));
});

test('the host logs the same in its mode OpenTelemetry, where rules of its own let all levels of these through', () => {
  const { logging } = JSON.parse(readFileSync(`${DIST}/host.json`, 'utf8'));
  const { logLevel } = logging.OpenTelemetry;

  expect(logging.logLevel).toMatchObject({ default: 'Warning', Function: 'Information' });
  expect(logLevel).toMatchObject(logging.logLevel);
  // The longest name that a category begins with decides, and the host's own one where two are as long.
  const own = Object.keys(logLevel).filter((name) => !(name in logging.logLevel));
  for (const wide of ['Azure.*', 'Microsoft.Azure.WebJobs.*']) {
    const longer = own.filter((name) => name.startsWith(wide.slice(0, -1)) && name.length > wide.length);
    expect(longer.length).toBeGreaterThanOrEqual(3);
    expect(longer.map((name) => logLevel[name])).toEqual(longer.map(() => 'Warning'));
  }
});

describe('OpenTelemetry, where telemetry is off', () => {
  const sources = new Map(
    FILES.filter((file) => file.endsWith('.js')).map((file) => [
      file,
      readFileSync(`${DIST}/${file}`, 'utf8'),
    ]),
  );
  const importsOf = (file: string) =>
    [...(sources.get(file) ?? '').matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+)["']/g)].map(
      ([, name = '']) => name,
    );
  const loadedWith = (file: string, known = new Set<string>()): Set<string> => {
    if (known.has(file)) return known;
    known.add(file);
    for (const other of importsOf(file)) loadedWith(other, known);
    return known;
  };
  const bytes = (files: Iterable<string>) =>
    [...files].reduce((sum, file) => sum + (sources.get(file)?.length ?? 0), 0);

  test('is in no file that is loaded', () => {
    const loaded = new Set([...loadedWith('main.js'), ...loadedWith('loaded.js')]);
    const mark = (file: string) =>
      /opentelemetry\.js\.api|OTEL_BSP_|AzureMonitorTraceExporter/.test(sources.get(file) ?? '');

    expect([...loaded].filter(mark)).toEqual([]);
    expect([...loadedWith('start-telemetry.js')].some(mark)).toBe(true);
  });

  test('is in files of its own, of a bounded size', () => {
    const without = new Set([...loadedWith('main.js'), ...loadedWith('loaded.js')]);
    const all = ['start-telemetry.js', 'otlp.js', 'azure-monitor.js'].map((file) => [...loadedWith(file)]);
    const extra = new Set(all.flat().filter((file) => !without.has(file)));

    expect(bytes(extra)).toBeLessThan(600_000);
  });
});
