import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Deployments, SetName } from '../deployments.ts';
import { matches, SET_NAMES, sourceOf } from '../deployments.ts';

const QUERY = 'Microsoft.Insights/scheduledQueryRules';
const METRIC = 'Microsoft.Insights/metricAlerts';

export function testAlerts(get: () => Deployments): void {
  const code = sourceOf('src/app', 'src/functions');
  const queriesOf = (set: SetName) =>
    get()
      .ofType(set, QUERY)
      .map(({ properties }): string => properties.criteria.allOf[0].query);
  const workbook = (): { items: { type: number; content: { query: string; json: string } }[] } =>
    JSON.parse(readFileSync('infra/modules/workbook.json', 'utf8'));
  const workbookQueries = () =>
    workbook()
      .items.filter(({ type }) => type === 3)
      .map(({ content }) => content.query);

  describe('alerts', () => {
    test('without anybody to tell there is none', () => {
      expect([...get().ofType('minimal', QUERY), ...get().ofType('minimal', METRIC)]).toEqual([]);
    });

    test('each of what people have to know is one', () => {
      const names = [...get().ofType('full', QUERY), ...get().ofType('full', METRIC)].map(
        ({ name }) => /^alert-(.+)-maps-key-rotation-/.exec(name)?.[1],
      );

      expect(names).toEqual([
        'rotation-failed',
        'poison-queue',
        'rotation-stuck',
        'key-overdue',
        'account-skipped',
        'reconcile-silent',
        'key-not-accepted',
        'key-not-stored',
        'timer-silent',
        'publish-failed',
        'event-dead-lettered',
        'event-dropped',
      ]);
    });

    test('TAG-01: an account that has lost its opt-in is told of with those that are skipped', () => {
      const skipped = queriesOf('full').filter((query) => query.includes("'The account is skipped'"));

      expect(skipped).toHaveLength(1);
      expect(skipped[0]).toContain("'The account has lost its opt-in'");
    });

    test('new keys are watched where they are tried and stored, and nowhere else', () => {
      const watches = (set: SetName) =>
        queriesOf(set).flatMap((query) => matches(query, /'(The new key [^']+)'/g));

      expect(watches('full')).toEqual([
        'The new key was not accepted',
        'The new key could not be tried',
        'The new key could not be stored',
      ]);
      expect(watches('serviceBus')).toEqual(['The new key could not be stored']);
    });

    test('docs/costs.md counts the rules, without the one for a vault', () => {
      const [, ofLogs, ofMetrics] =
        /rules over logs, over metrics \|[^|]+\| (\d+), (\d+) \|/.exec(
          readFileSync('docs/costs.md', 'utf8'),
        ) ?? [];

      expect(Number(ofLogs)).toBe(get().ofType('full', QUERY).length - 1);
      expect(Number(ofMetrics)).toBe(get().ofType('full', METRIC).length);
    });

    test('the queries of alerts and workbook look for lines that the code writes', () => {
      const queries = [...queriesOf('full'), ...workbookQueries()].join('\n');
      const wanted = [
        ...matches(queries, /message == '([^']+)'/g),
        ...matches(queries, /message in \(([^)]+)\)/g).flatMap((list) => list.slice(1, -1).split("', '")),
      ];

      expect(wanted.length).toBeGreaterThan(10);
      expect(wanted.filter((message) => !code.includes(`'${message}'`))).toEqual([]);
    });

    test('the queries read fields that the code writes', () => {
      const queries = [...queriesOf('full'), ...workbookQueries()].join('\n');
      const fields = new Set(matches(queries, /\bline\.(\w+)/g));

      expect([...fields].filter((field) => !new RegExp(`\\b${field}\\b`).test(code))).toEqual([]);
    });

    test('the log has a line for each message, as the queries expect it', async () => {
      const { toLog } = await import('../../../src/functions/runtime/runtime.ts');
      const lines: string[] = [];
      const context = { info: (line: string) => lines.push(line), warn: () => {}, error: () => {} };

      toLog(context as unknown as Parameters<typeof toLog>[0]).info('Rotations were reconciled', { open: 1 });

      expect(lines[0]).toMatch(/^\{"message":"Rotations were reconciled"/);
      expect(queriesOf('full')[0]).toContain(`startswith '{"message":'`);
    });

    test('a timer that stopped is seen, since nothing else would tell', () => {
      const timers = matches(sourceOf('src/functions'), /app\.timer\('(\w+)'/g);
      const silences = queriesOf('full').filter((query) => query.includes('| where runs == 0'));

      expect([...timers].sort()).toEqual(['reconcileRotations', 'rotateDueAccounts']);
      expect(silences.map((query) => /message == '([^']+)' and/.exec(query)?.[1]).sort()).toEqual([
        'Due accounts were looked for',
        'Rotations were reconciled',
      ]);
      expect(silences.map((query) => /TimeGenerated > ago\((\w+)\)/.exec(query)?.[1])).toEqual(['1h', '14h']);
      expect(queriesOf('serviceBus').join()).not.toContain('Due accounts were looked for');
      for (const { properties } of get()
        .ofType('full', QUERY)
        .filter(({ name }) => name.includes('silent'))) {
        expect(properties.overrideQueryTimeRange).toBe('P2D');
      }
    });

    // https://github.com/mspnp/aks-baseline/issues/422
    test('a fresh workspace without tables refuses no alert', () => {
      for (const { properties } of get().ofType('full', QUERY)) {
        const { query, ...criterion } = properties.criteria.allOf[0];
        expect(properties.skipQueryValidation).toBe(true);
        expect(query).toMatch(/^union isfuzzy=true \(datatable\(.+\)\[\]\), AppTraces\n/);
        expect(criterion).toMatchObject({ timeAggregation: 'Count', operator: 'GreaterThan', threshold: 0 });
      }
    });

    test('every alert tells the given people and groups', () => {
      const groups = get()
        .ofType('full', QUERY)
        .map(({ properties }) => properties.actions.actionGroups.length);
      const ofMetrics = get()
        .ofType('full', METRIC)
        .map(({ properties }) => properties.actions.length);
      const { emailReceivers, groupShortName } = get().one(
        'full',
        'Microsoft.Insights/actionGroups',
      ).properties;

      expect(new Set([...groups, ...ofMetrics])).toEqual(new Set([2]));
      expect(emailReceivers.map(({ emailAddress }: { emailAddress: string }) => emailAddress)).toEqual([
        'ops@example.com',
      ]);
      expect(groupShortName.length).toBeLessThanOrEqual(12);
      expect(get().ofType('serviceBus', 'Microsoft.Insights/actionGroups')).toEqual([]);
      expect(get().ofType('serviceBus', METRIC)[0]?.properties.actions).toHaveLength(1);
    });
  });

  describe('workbook', () => {
    test.each(SET_NAMES)('%s has one, on the workspace', (set) => {
      const { properties, name } = get().one(set, 'Microsoft.Insights/workbooks');

      expect(name).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(JSON.parse(properties.serializedData).fallbackResourceIds).toEqual([properties.sourceId]);
      expect(properties.sourceId).toMatch(/\/Microsoft\.OperationalInsights\/workspaces\/log-/);
    });

    test('it shows which keys were accepted and stored', () => {
      const shown = workbookQueries().filter(
        (query) => query.includes('line.verified') && query.includes('line.secretId'),
      );

      expect(shown).toHaveLength(2);
    });

    test('it shows fleet, history and runs', () => {
      const headings = workbook()
        .items.filter(({ type }) => type === 1)
        .map(({ content }) => content.json);

      expect(headings).toEqual(['## Fleet', '## History', '## Runs']);
      expect(workbookQueries().length).toBeGreaterThan(6);
    });
  });
}
