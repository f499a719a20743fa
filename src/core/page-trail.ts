/**
 * What is remembered of the pages of a list, so that going through it comes to an end whatever links a service gives:
 * how many there were, and marks of the links that were followed. It has a bounded size, since it also travels in the
 * `skipToken` of the plan.
 */
export interface PageTrail {
  readonly pages: number;
  /** Of the links followed last, oldest first. */
  readonly recent: readonly string[];
  /** Of the link at the last power of two: a circle of any length comes back to it (Brent's algorithm). */
  readonly anchor?: string;
}

export type Followed =
  | { readonly kind: 'next'; readonly trail: PageTrail }
  | { readonly kind: 'circle' }
  | { readonly kind: 'endless' };

export const NO_PAGES: PageTrail = { pages: 0, recent: [] };

/** No list of Azure Maps accounts comes near: Azure Resource Manager puts hundreds of them on a page. */
export const MAX_PAGES = 2000;

/** A circle of up to so many links is seen at the first repetition. */
export const RECENT_LINKS = 16;

/** Whether the link of a page is to be followed. */
export function followLink({ pages, recent, anchor }: PageTrail, link: string): Followed {
  const mark = markOf(link);
  if (mark === anchor || recent.includes(mark)) return { kind: 'circle' };
  if (pages + 1 >= MAX_PAGES) return { kind: 'endless' };
  const count = pages + 1;
  const isPowerOfTwo = (count & (count - 1)) === 0;
  const anchored = isPowerOfTwo ? mark : anchor;
  const trail = { pages: count, recent: [...recent, mark].slice(-RECENT_LINKS) };
  return { kind: 'next', trail: anchored === undefined ? trail : { ...trail, anchor: anchored } };
}

/** 53 bits of the link, in at most 11 characters: enough to tell the links of one list apart. */
function markOf(link: string): string {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let i = 0; i < link.length; i++) {
    const unit = link.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return ((high & 0x1fffff) * 2 ** 32 + (low >>> 0)).toString(36);
}
