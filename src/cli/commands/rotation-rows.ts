import type { Rotation } from '../client/answers.ts';
import { accountName, formatTime } from '../terminal/format.ts';
import type { Style } from '../terminal/io.ts';
import type { Cell, Column } from '../terminal/table.ts';

export const HISTORY_COLUMNS: readonly Column[] = [
  { title: 'changed' },
  { title: 'account' },
  { title: 'key' },
  { title: 'state' },
  { title: 'asked by' },
  { title: 'rotation' },
  { title: 'error' },
];

export function historyRow(rotation: Rotation): Cell[] {
  const { updatedAt, accountId, keyType, state, trigger, reason, rotationId } = rotation;
  return [
    { text: formatTime(updatedAt) },
    { text: accountName(accountId) },
    { text: keyType },
    { text: state, style: stateStyle(rotation) },
    { text: trigger === reason ? trigger : `${trigger}: ${reason}` },
    { text: rotationId, style: 'dim' },
    { text: remark(rotation) },
  ];
}

/** Why it failed or what it waits for, and what else a person should see. */
export function remark({ error, verified }: Rotation): string {
  const refused = verified === false ? 'Azure Maps refused the new key. ' : '';
  return `${refused}${error === undefined ? '' : `${error.code}: ${error.message}`}`;
}

export function stateStyle({ state, error, verified }: Rotation): Style {
  if (state === 'failed') return 'red';
  if (error !== undefined || verified === false) return 'yellow';
  return state === 'completed' ? 'green' : 'cyan';
}
