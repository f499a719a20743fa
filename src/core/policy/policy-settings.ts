import type { KeyType } from '../account/key-type.ts';
import { parseDuration, printSpan } from '../duration.ts';
import { quoted } from '../known-forms.ts';

export type InUseRule = 'unknown' | KeyType | 'newest';

export type PolicySource = 'setting' | 'tag';

/** The policy for one account: the app's settings with the account's tags over them. Durations are in seconds. */
export interface Policy {
  readonly enabled: boolean;
  readonly maxAge: number;
  readonly overlap: number;
  readonly maxAgeFrom: PolicySource;
  readonly overlapFrom: PolicySource;
  /** From the tag: a person's word on which key is in use. */
  readonly inUseTag?: KeyType;
  readonly inUse: InUseRule;
}

export interface PolicySettings {
  readonly rotateUntagged: boolean;
  readonly maxAge: number;
  readonly overlap: number;
  readonly inUse: InUseRule;
}

export type ReadPolicy =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'misconfigured'; readonly message: string };

export const DURATION_RULE =
  'an ISO 8601 duration longer than zero and up to P36500D in weeks, days, hours, minutes or seconds, such as P90D or PT36H (no years or months)';

/** Why a max age can't be held; undefined where it can. `period`: seconds between two runs of the timer. */
export function impossibleMaxAge(maxAge: number, overlap: number, period: number): string | undefined {
  if (maxAge < 2 * overlap) return `must be at least twice the overlap (${printSpan(overlap)})`;
  if (maxAge < 4 * period)
    return `must be at least four times the longest pause of the schedule (${printSpan(period)})`;
  return undefined;
}

/** Opted out, or never opted in: then nothing else that its tags say is anybody's trouble. */
export function isOptedOut(
  { rotateUntagged }: PolicySettings,
  tags: Readonly<Record<string, string>>,
): boolean {
  const optIn = optInTag(tags);
  return optIn === undefined ? !rotateUntagged : optIn === 'disabled';
}

/** The tag `key-rotation`; undefined where there is none. */
export function optInTag(tags: Readonly<Record<string, string>>): string | undefined {
  const [, optIn] = Object.entries(tags).find(([name]) => name.toLowerCase() === 'key-rotation') ?? [];
  return optIn?.trim().toLowerCase();
}

/** Lays an account's tags over the settings. Azure matches tag names without regard to case; values as they are. */
export function readPolicy(
  settings: PolicySettings,
  tags: Readonly<Record<string, string>>,
  period: number,
): ReadPolicy {
  const tag = new Map(Object.entries(tags).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const problem = (name: string, value: string, rule: string): ReadPolicy => ({
    kind: 'misconfigured',
    message: `The tag ${name} is ${quoted(value)}, but ${rule}.`,
  });

  const optIn = tag.get('key-rotation')?.toLowerCase();
  if (optIn !== undefined && optIn !== 'enabled' && optIn !== 'disabled') {
    return problem('key-rotation', optIn, "must be 'enabled' or 'disabled'");
  }
  const inUseTag = tag.get('key-rotation-in-use')?.toLowerCase();
  if (inUseTag !== undefined && inUseTag !== 'primary' && inUseTag !== 'secondary') {
    return problem('key-rotation-in-use', inUseTag, "must be 'primary' or 'secondary'");
  }
  const maxAgeTag = tag.get('key-rotation-max-age');
  const maxAge = maxAgeTag === undefined ? settings.maxAge : parseDuration(maxAgeTag);
  if (maxAge === undefined)
    return problem('key-rotation-max-age', maxAgeTag ?? '', `must be ${DURATION_RULE}`);
  const overlapTag = tag.get('key-rotation-overlap');
  const overlap =
    overlapTag === undefined ? Math.min(settings.overlap, maxAge / 2) : parseDuration(overlapTag);
  if (overlap === undefined)
    return problem('key-rotation-overlap', overlapTag ?? '', `must be ${DURATION_RULE}`);
  const impossible = impossibleMaxAge(maxAge, overlap, period);
  if (impossible !== undefined) {
    return maxAgeTag === undefined
      ? problem('key-rotation-overlap', overlapTag ?? '', `the max age in force ${impossible}`)
      : problem('key-rotation-max-age', maxAgeTag, `it ${impossible}`);
  }
  const enabled = optIn === undefined ? settings.rotateUntagged : optIn === 'enabled';
  const from = (tagged: string | undefined): PolicySource => (tagged === undefined ? 'setting' : 'tag');
  const sources = { maxAgeFrom: from(maxAgeTag), overlapFrom: from(overlapTag) };
  const { inUse } = settings;
  return {
    kind: 'policy',
    policy: { enabled, maxAge, overlap, ...sources, inUse, ...(inUseTag && { inUseTag }) },
  };
}

/** The max age that an account's tag asks for, in seconds; undefined where none does, or it can't be had. */
export function taggedMaxAge(
  settings: PolicySettings,
  tags: Readonly<Record<string, string>>,
  period: number,
): number | undefined {
  const read = readPolicy(settings, tags, period);
  return read.kind === 'policy' && read.policy.maxAgeFrom === 'tag' ? read.policy.maxAge : undefined;
}

/** A person's word on which key is in use, with where it is said; undefined where there is none. */
export function inUseHint({ inUseTag, inUse }: Policy): { keyType: KeyType; saying: string } | undefined {
  if (inUseTag !== undefined) return { keyType: inUseTag, saying: `tag ${inUseTag}` };
  return inUse === 'primary' || inUse === 'secondary'
    ? { keyType: inUse, saying: `setting ${inUse}` }
    : undefined;
}
