import type { FleetRow } from '../fleet/fleet.ts';
import type { RotationRow } from '../status/wire.ts';

/** When a rotation began, milliseconds since 1970: its id is a UUIDv7, which begins with that. */
export function startedAt({ rotationId }: Pick<RotationRow, 'rotationId'>): number {
  return Number.parseInt(rotationId.replaceAll('-', '').slice(0, 12), 16);
}

/** When it was last written; while that is not known, when it began. */
export function updatedAt(rotation: RotationRow): number {
  const at = Date.parse(rotation.updatedAt ?? '');
  return Number.isNaN(at) ? startedAt(rotation) : at;
}

export function isInFlight({ state }: RotationRow): boolean {
  return state !== 'completed' && state !== 'failed';
}

/** Newest first, each once; of two of one id the later one is newer. */
export function mergeRotations(
  known: readonly RotationRow[],
  more: readonly RotationRow[],
): readonly RotationRow[] {
  const byId = new Map([...known, ...more].map((rotation) => [rotation.rotationId, rotation]));
  return [...byId.values()].sort(
    (a, b) => startedAt(b) - startedAt(a) || (a.rotationId < b.rotationId ? 1 : -1),
  );
}

/** The newest rotation of each account, by its lower-cased id. Of what others did, too. */
export function latestByAccount(rotations: readonly RotationRow[]): ReadonlyMap<string, RotationRow> {
  const latest = new Map<string, RotationRow>();
  for (const rotation of rotations) {
    const key = rotation.accountId.toLowerCase();
    const known = latest.get(key);
    if (isOvertaken(rotation)) continue;
    if (known === undefined || startedAt(known) < startedAt(rotation)) latest.set(key, rotation);
  }
  return latest;
}

const DAY = 86_400_000;
/** The plan rounds ages, and an instance's clock may be off. */
const SLACK_DAYS = 0.02;

/**
 * Failures that still stand, newest first: nothing regenerated a key of the account since. Of an account that the
 * fleet does not have any more there is nothing to mend, once all of it is known.
 */
export function standingFailures(
  rotations: readonly RotationRow[],
  rows: ReadonlyMap<string, FleetRow>,
  isComplete: boolean,
): readonly RotationRow[] {
  return [...latestByAccount(rotations).values()].filter((rotation) => {
    if (rotation.state !== 'failed') return false;
    const row = rows.get(rotation.accountId.toLowerCase());
    if (row === undefined) return !isComplete;
    const sinceDays = (row.readAt - updatedAt(rotation)) / DAY;
    const { newerKeyAgeDays } = row.plan;
    return newerKeyAgeDays === undefined || newerKeyAgeDays + SLACK_DAYS >= sinceDays;
  });
}

/** It failed at nothing: something else came first, and has an entry of its own. */
function isOvertaken({ state, error }: RotationRow): boolean {
  return state === 'failed' && error?.code === 'Superseded';
}
