import { expect, test } from 'vitest';
import type { PlannedAccount } from '../../../src/app/fleet/plan-account.ts';
import { planCsv } from '../../../src/web/replies/plan-reply.ts';

test('SEC-08: no cell of the plan as CSV begins a formula or is obeyed by a terminal', () => {
  const planned: PlannedAccount = {
    ...{ accountId: '/subscriptions/x', decision: 'skip', code: 'Misconfigured', overdue: false },
    reason: 'The tag is ;=HYPERLINK(1)\x1b[2J\x9b2J\u202e',
  };
  const failure = { code: '=A1', message: '@SUM(1)', status: 500, passing: true };

  const csv = planCsv([planned], [{ scope: '-1+1', failure }]);

  const [, first, second] = csv.trim().split('\n');
  expect(first).toContain(",The tag is ;'=HYPERLINK(1)\ufffd[2J\ufffd2J\ufffd,");
  expect(second).toContain("'-1+1,failed,'=A1,'@SUM(1),");
});
