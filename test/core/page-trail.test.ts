import { describe, expect, test } from 'vitest';
import type { PageTrail } from '../../src/core/page-trail.ts';
import { followLink, MAX_PAGES, NO_PAGES, RECENT_LINKS } from '../../src/core/page-trail.ts';

/** Follows links until they end; the trail goes through JSON, as it does in a token. */
function follow(linkOf: (page: number) => string): { kind: string; pages: number; largest: number } {
  let trail = NO_PAGES;
  let largest = 0;
  for (let page = 1; ; page++) {
    const followed = followLink(trail, linkOf(page));
    if (followed.kind !== 'next') return { kind: followed.kind, pages: page, largest };
    largest = Math.max(largest, JSON.stringify(followed.trail).length);
    trail = JSON.parse(JSON.stringify(followed.trail)) as PageTrail;
  }
}

describe('LIST-06: links that', () => {
  test.each([1, 2, 3, RECENT_LINKS])('go in a circle of %i are seen at the first repetition', (length) => {
    expect(follow((page) => `link-${page % length}`)).toMatchObject({ kind: 'circle', pages: length + 1 });
  });

  test.each([17, 40, 129, 500])('go in a circle of %i are seen after some rounds', (length) => {
    const { kind, pages } = follow((page) => `link-${page % length}`);

    expect(kind).toBe('circle');
    expect(pages).toBeLessThanOrEqual(3 * length);
  });

  test('end in a circle after a while are seen', () => {
    expect(follow((page) => (page < 100 ? `link-${page}` : `round-${page % 30}`)).kind).toBe('circle');
  });

  test('are ever new come to an end', () => {
    expect(follow((page) => `link-${page}`)).toMatchObject({ kind: 'endless', pages: MAX_PAGES });
  });

  test('are long and many need little room', () => {
    const { largest } = follow((page) => `https://management.azure.com/${'x'.repeat(2000)}${page}`);

    expect(largest).toBeLessThan(300);
  });
});

test('links that differ in one character are two', () => {
  const links = Array.from({ length: 1900 }, (_, i) => `https://management.azure.com/?$skiptoken=${i}`);

  expect(follow((page) => links[page - 1] ?? `end-${page}`).kind).toBe('endless');
});
