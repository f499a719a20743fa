import { parseArgs } from 'node:util';
import { parseDuration } from '../../src/core/duration.ts';
import { impossibleMaxAge } from '../../src/core/policy/policy-settings.ts';
import { print, printTable } from '../bench/figures.ts';
import { DAY, simulateFleet } from './fleet.ts';
import { createRandom } from './random.ts';

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '1000' },
    years: { type: 'string', default: '5' },
    'max-age': { type: 'string', default: 'P90D' },
    overlap: { type: 'string', default: 'P7D' },
    period: { type: 'string', default: 'P1D' },
    'missed-runs': { type: 'string', default: '0' },
    refusals: { type: 'string', default: '0' },
    'hands-a-year': { type: 'string', default: '0' },
    'opt-outs-a-year': { type: 'string', default: '0' },
    'consumer-delay': { type: 'string', default: 'PT6H' },
    'event-delay': { type: 'string', default: 'PT1H' },
    seed: { type: 'string', default: '1' },
  },
});

const seconds = (name: 'max-age' | 'overlap' | 'period' | 'consumer-delay' | 'event-delay'): number => {
  const value = parseDuration(values[name]);
  if (value === undefined) throw new Error(`--${name} must be an ISO 8601 duration such as P90D.`);
  return value;
};
const [maxAge, overlap, period] = [seconds('max-age'), seconds('overlap'), seconds('period')];
const impossible = impossibleMaxAge(maxAge, overlap, period);
if (impossible !== undefined) throw new Error(`--max-age ${impossible}.`);
const years = Number(values.years);

const report = simulateFleet({
  accounts: Number(values.accounts),
  years,
  policy: { rotateUntagged: false, maxAge, overlap, inUse: 'unknown' },
  period,
  missedRuns: Number(values['missed-runs']),
  refusals: Number(values.refusals),
  handsAYear: Number(values['hands-a-year']),
  optOutsAYear: Number(values['opt-outs-a-year']),
  consumerDelay: seconds('consumer-delay'),
  eventDelay: seconds('event-delay'),
  random: createRandom(Number(values.seed)),
});

print(
  `${values.accounts} accounts over ${values.years} years, max age ${values['max-age']}, overlap ${values.overlap}`,
);
printTable(
  ['figure', 'value', 'bound'],
  [
    [
      'largest key age, days',
      (report.largestAge / DAY).toFixed(2),
      `${((maxAge + period) / DAY).toFixed(2)}`,
    ],
    ['shortest overlap, days', (report.shortestOverlap / DAY).toFixed(2), (overlap / DAY).toFixed(2)],
    ['keys in use that were regenerated', String(report.interruptions), '0'],
    ['rotations a year', (report.rotations / years).toFixed(0), ''],
    ['changes by others that were announced', String(report.observed), ''],
    ['ARM writes a year', (report.writes / years).toFixed(0), ''],
    ['peak ARM writes a minute', String(report.peakWritesAMinute), '800'],
  ],
);
