import type { PageTrail } from '../../core/page-trail.ts';
import { MAX_PAGES, NO_PAGES, RECENT_LINKS } from '../../core/page-trail.ts';

/** Where a page of the plan begins: which scope, ARM's own link within it, and what was read of it before. */
export interface PlanPlace {
  readonly scope: number;
  readonly link?: string;
  readonly trail: PageTrail;
}

export function printPlace({ scope, link, trail }: PlanPlace): string {
  const { pages, recent, anchor } = trail;
  const place = link === undefined ? [scope] : [scope, link, pages, recent, anchor];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Undefined where the token is none of this app. One of an earlier version has no trail. */
export function readPlace(token: string, scopes: number): PlanPlace | undefined {
  const place = parse(token);
  if (!Array.isArray(place)) return undefined;
  const [scope, link, pages = 0, recent = [], anchor] = place as unknown[];
  if (!isCount(scope, scopes - 1)) return undefined;
  if (typeof link !== 'string') return { scope, trail: NO_PAGES };
  if (!isCount(pages, MAX_PAGES) || !Array.isArray(recent) || recent.length > RECENT_LINKS) return undefined;
  if (!recent.every(isText)) return undefined;
  return { scope, link, trail: { pages, recent, ...(isText(anchor) && { anchor }) } };
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
