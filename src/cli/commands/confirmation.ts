import { otherKey } from '../../core/account/key-type.ts';
import type { PlannedAccount } from '../client/answers.ts';
import { keyName } from '../client/answers.ts';
import { accountName } from '../terminal/format.ts';
import type { Sink } from '../terminal/io.ts';
import { renderTable } from '../terminal/table.ts';
import { printable } from '../terminal/text.ts';
import { PLAN_COLUMNS, planRows } from './plan-rows.ts';

/** What a person has to know before a key is replaced, and the question. */
export function confirmation(planned: PlannedAccount, force: boolean, sink: Sink, now: number) {
  const name = printable(accountName(planned.accountId));
  const keyType = keyName(planned.keyType);
  const key = keyType === undefined ? 'The key that is not in use' : `The ${keyType} key`;
  const other = keyType === undefined ? 'The other key' : `The ${otherKey(keyType)} key`;
  const table = renderTable(PLAN_COLUMNS, planRows([planned], now), sink.paint, sink.width());
  const effect = [
    printable(planned.accountId),
    `${key} is replaced: whatever still uses its old value is refused by Azure Maps from that moment on. ${other} goes on working.`,
  ];
  return isWanted(planned, force)
    ? { lines: [...table, '', ...effect], question: `Rotate ${lowerFirst(key)} of ${name}?` }
    : {
        lines: [...table, '', ...effect, refusedBecause(planned)],
        question: `Ask the app to rotate ${name} all the same?`,
      };
}

function isWanted({ decision, code }: PlannedAccount, force: boolean): boolean {
  if (decision === 'rotate' || decision === 'unread') return true;
  return force && (decision === 'not-due' || code === 'Overlap');
}

function refusedBecause({ decision, code }: PlannedAccount): string {
  const forced = decision === 'not-due' || code === 'Overlap' ? ' With --force it would rotate it.' : '';
  return `By its plan the app refuses that now.${forced}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
