import type { Facts, useTable } from '../status/use-status.ts';
import { count } from '../words/words.ts';
import type { FleetRow, QuickFilter } from './fleet.ts';
import { FleetTable } from './fleet-table.tsx';
import type { Fleet } from './load-fleet.ts';

interface FleetSectionProps {
  readonly fleet: Fleet;
  readonly facts: Facts;
  readonly table: ReturnType<typeof useTable>;
  readonly now: number;
  readonly onRotate: (row: FleetRow) => void;
}

const FILTERS: readonly { readonly quick: QuickFilter; readonly label: string }[] = [
  { quick: 'all', label: 'All accounts' },
  { quick: 'attention', label: 'Needs a look' },
  { quick: 'failed', label: 'Failed' },
  { quick: 'overdue', label: 'Overdue' },
  { quick: 'due', label: 'Due now' },
  { quick: 'running', label: 'Running' },
  { quick: 'blocked', label: 'Blocked' },
  { quick: 'skipped', label: 'Skipped' },
  { quick: 'misconfigured', label: 'Misconfigured' },
];

export function FleetSection({ fleet, facts, table, now, onRotate }: FleetSectionProps) {
  const { shown, sort, onSort, filter, setFilter, from, setFrom } = table;
  const { rows, phase } = fleet;
  return (
    <section id="accounts" aria-labelledby="accounts-title">
      <h2 id="accounts-title">Accounts</h2>
      <div class="toolbar on-screen">
        <div class="field grow">
          <label for="search">Search</label>
          <input
            id="search"
            type="search"
            placeholder="Name, resource group, subscription, state or code"
            spellcheck={false}
            value={filter.query}
            onInput={({ currentTarget }) => setFilter({ ...filter, query: currentTarget.value })}
          />
        </div>
        <div class="field">
          <label for="quick">Show</label>
          <select
            id="quick"
            value={filter.quick}
            onChange={({ currentTarget }) =>
              setFilter({
                ...filter,
                quick: FILTERS.find(({ quick }) => quick === currentTarget.value)?.quick ?? 'all',
              })
            }
          >
            {FILTERS.map(({ quick, label }) => (
              <option key={quick} value={quick}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <p class="muted matches">
          {shown.length === rows.length
            ? count(rows.length, 'account')
            : `${shown.length.toLocaleString('en')} of ${count(rows.length, 'account')}`}
        </p>
      </div>
      {phase === 'loading' && (
        <p class="loading">
          <progress aria-label="Reading the fleet" /> {count(rows.length, 'account')} so far
        </p>
      )}
      <FleetTable
        rows={shown}
        total={rows.length}
        from={from}
        sort={sort}
        now={now}
        latest={facts.latest}
        failed={facts.failed}
        onSort={onSort}
        onFrom={setFrom}
        onRotate={onRotate}
      />
    </section>
  );
}
