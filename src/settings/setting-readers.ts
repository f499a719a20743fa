import type { SettingName } from './settings.ts';

/** A setting as it was given; an empty one counts as left out. */
export type Get = (name: string) => string | undefined;
/** Notes what is wrong with a setting, and goes on with something in its place. */
export type Wrong = <T>(setting: SettingName, problem: string, instead: T) => T;

export function oneOf<T extends string>(
  name: SettingName,
  given: string,
  allowed: readonly T[],
  wrong: Wrong,
): T {
  const value = allowed.find((candidate) => candidate === given.toLowerCase());
  return value ?? wrong(name, `is '${given}', but must be one of: ${allowed.join(', ')}.`, allowed[0] as T);
}

export function readUrl(
  setting: SettingName,
  given: string | undefined,
  wrong: Wrong,
  name: string = setting,
): string {
  const rule = 'must be an https URL without query or credentials.';
  if (given === undefined) return wrong(setting, `is missing: it ${rule}`, '');
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isRight =
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  // The value is not shown: what is wrong with it may be a secret in it.
  return isRight ? given : wrong(setting, `(${name}) has a wrong value: it ${rule}`, '');
}

export function readOptionalUrl(get: Get, wrong: Wrong, setting: SettingName): string | undefined {
  const given = get(setting);
  return given === undefined ? undefined : readUrl(setting, given, wrong).replace(/\/$/, '');
}
