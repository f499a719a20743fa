import { useEffect, useState } from 'preact/hooks';
import type { RotationRow } from '../status/wire.ts';
import { count } from '../words/words.ts';
import type { FleetRow } from './fleet.ts';
import { Row } from './fleet-row.tsx';
import type { Sort, SortColumn } from './sort-fleet.ts';

export interface TableProps {
  readonly rows: readonly FleetRow[];
  readonly total: number;
  /** The first row drawn. */
  readonly from: number;
  readonly sort: Sort;
  readonly now: number;
  readonly latest: ReadonlyMap<string, RotationRow>;
  readonly failed: ReadonlySet<string>;
  readonly onSort: (column: SortColumn) => void;
  readonly onFrom: (from: number) => void;
  readonly onRotate: (row: FleetRow) => void;
}

const PAGE = 25;

const COLUMNS: readonly { readonly column: SortColumn; readonly label: string }[] = [
  { column: 'account', label: 'Account' },
  { column: 'group', label: 'Resource group' },
  { column: 'state', label: 'State' },
  { column: 'age', label: 'Key ages' },
  { column: 'next', label: 'Next rotation' },
  { column: 'last', label: 'Last result' },
];

/** A window of the fleet: however large that is, this many rows are drawn. */
export function FleetTable(props: TableProps) {
  const { rows, total, from, sort, onSort, onFrom } = props;
  const start = from < rows.length ? from : 0;
  const shown = rows.slice(start, start + PAGE);
  return (
    <>
      <table>
        <caption class="unseen">
          Accounts, sorted by {COLUMNS.find(({ column }) => column === sort.column)?.label}
        </caption>
        <thead>
          <tr>
            {COLUMNS.map(({ column, label }) => (
              <SortHeader key={column} label={label} sort={sort} column={column} onSort={onSort} />
            ))}
            <th scope="col" class="controls on-screen">
              Action
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <Row key={row.key} row={row} table={props} />
          ))}
        </tbody>
      </table>
      {rows.length === 0 && (
        <p class="empty">{total === 0 ? 'No account is known.' : 'No account matches.'}</p>
      )}
      <Pager start={start} shown={shown.length} all={rows.length} onFrom={onFrom} />
      <Announcement
        text={
          rows.length === total
            ? count(total, 'account')
            : `${count(rows.length, 'account')} of ${total.toLocaleString('en')} match`
        }
      />
    </>
  );
}

interface SortHeaderProps extends Pick<TableProps, 'sort' | 'onSort'> {
  readonly label: string;
  readonly column: SortColumn;
}

function SortHeader({ label, column, sort, onSort }: SortHeaderProps) {
  const isSorted = sort.column === column;
  const direction = sort.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={isSorted ? direction : 'none'}>
      <button type="button" class="sort" onClick={() => onSort(column)}>
        {label}
        <span aria-hidden="true" class="arrow on-screen">
          {isSorted ? (sort.descending ? '▼' : '▲') : '↕'}
        </span>
      </button>
    </th>
  );
}

interface PagerProps {
  readonly start: number;
  readonly shown: number;
  readonly all: number;
  readonly onFrom: (from: number) => void;
}

function Pager({ start, shown, all, onFrom }: PagerProps) {
  if (all <= PAGE) return null;
  return (
    <nav class="pager" aria-label="Pages of the table">
      <button
        type="button"
        class="on-screen"
        disabled={start === 0}
        onClick={() => onFrom(Math.max(start - PAGE, 0))}
      >
        Previous
      </button>
      <span>
        Rows {(start + 1).toLocaleString('en')} to {(start + shown).toLocaleString('en')} of{' '}
        {all.toLocaleString('en')}
      </span>
      <button
        type="button"
        class="on-screen"
        disabled={start + PAGE >= all}
        onClick={() => onFrom(start + PAGE)}
      >
        Next
      </button>
    </nav>
  );
}

/** Said once typing pauses, so that a screen reader is not flooded. */
function Announcement({ text }: { text: string }) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 600);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p role="status" class="unseen">
      {said}
    </p>
  );
}
