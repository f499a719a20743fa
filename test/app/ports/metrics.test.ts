import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS, NO_TELEMETRY } from '../../../src/app/ports/telemetry.ts';
import { sourceOf } from '../../infra/deployments.ts';

const NAMES = Object.keys(METRICS);

/** https://opentelemetry.io/docs/specs/semconv/general/metrics/ */
test('metrics are named and measured as OpenTelemetry’s conventions ask for', () => {
  for (const [name, { kind, unit }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^maps_key_rotation(\.[a-z][a-z_]*[a-z])+$/);
    expect(unit).toMatch(/^(s|\{[a-z]+\})$/);
    expect(name).not.toMatch(/_total$|_seconds$|\.count$/);
    expect(name.endsWith('s')).toBe(kind === 'counter' || name.endsWith('_accounts'));
  }
});

test('the documentation has each metric, with its kind and unit, and no other', () => {
  const rows = [
    ...readFileSync('docs/telemetry.md', 'utf8').matchAll(
      /^\| `(maps_key_rotation[^`]+)` \| ([^|]+) \| `([^`]+)` \|/gm,
    ),
  ];

  expect(rows.map(([, name, kind = '', unit]) => [name, kind.trim(), unit])).toEqual(
    Object.entries(METRICS).map(([name, { kind, unit }]) => [name, kind, unit]),
  );
});

test('each metric is measured somewhere', () => {
  const source = sourceOf('src/composition', 'src/app', 'src/adapters').replace(
    /export const METRICS[^;]+;/,
    '',
  );

  expect(NAMES.filter((name) => !source.includes(`'${name}'`))).toEqual([]);
});

test('no metric tells of an account: series must stay few', () => {
  const source = sourceOf('src/app');
  const measured = [...source.matchAll(/\.measure\([\s\S]+?\);/g)].join();

  expect(measured).not.toMatch(/accountId|account_id|rotationId|rotation_id|subscription/);
});

test('where nobody records, work is done all the same', async () => {
  const result = await NO_TELEMETRY.span('x', {}, async () => 7);

  expect(result).toBe(7);
  expect(NO_TELEMETRY.current()).toBeUndefined();
  expect(NO_TELEMETRY.link({ traceparent: 'x' })).toBeUndefined();
  expect(NO_TELEMETRY.measure('maps_key_rotation.rotations', 1)).toBeUndefined();
  await expect(NO_TELEMETRY.span('x', {}, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
