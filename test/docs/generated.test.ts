import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROTATION_STATES } from '../../src/core/rotation/rotation.ts';
import { ADVICE } from '../../src/web/advice/advice.ts';
import { exploreSteps } from '../../tools/docs/explore-steps.ts';
import { GENERATED_DOCS, withGeneratedParts } from '../../tools/docs/generated-parts.ts';

test.each(GENERATED_DOCS)('%s is as `npm run docs` makes it', (file) => {
  const text = readFileSync(file, 'utf8');

  expect(text).toBe(withGeneratedParts(text));
  expect(text).toMatch(/<!-- npm run docs: /);
});

test('each code has its row in the runbook', () => {
  const runbook = readFileSync('docs/operate.md', 'utf8');

  expect(Object.keys(ADVICE).filter((code) => !runbook.includes(`\n| \`${code}\` |`))).toEqual([]);
});

test('a part that nobody makes is an error', () => {
  expect(() => withGeneratedParts('<!-- npm run docs: weather -->\n<!-- end -->')).toThrow('weather');
});

describe('the exploration of the state machine', () => {
  const transitions = exploreSteps({ stores: true, verifies: true });
  const places = new Set(transitions.flatMap(({ from, to }) => [from, to]));

  test('comes to each state of a rotation but published, which no row has any more', () => {
    const states = ROTATION_STATES.filter((state) => state !== 'started' && state !== 'published');

    expect([...places]).toEqual(expect.arrayContaining(states));
  });

  test('finds no way from a key that was regenerated back to a POST', () => {
    const from = reachableFrom('regenerated');

    expect([...from].sort()).toEqual([
      'completed',
      'promoting',
      'regenerated',
      'stored',
      'told',
      'unpromoted',
      'verified',
      'watched',
    ]);
  });

  test('finds a way to an end from everywhere', () => {
    const ends = ['completed', 'told'];

    for (const place of places) {
      expect(
        ends.some((end) => reachableFrom(place).has(end)),
        place,
      ).toBe(true);
    }
  });

  test('does not leave out a state or a way where there is neither vault nor trial', () => {
    const short = exploreSteps({ stores: false, verifies: false });

    expect(short).toContainEqual({
      from: 'regenerated',
      learned: 'Event Grid takes the event',
      to: 'completed',
    });
    expect(short.some(({ from }) => from === 'stored' || from === 'verified')).toBe(false);
  });

  function reachableFrom(start: string): Set<string> {
    const reached = new Set([start]);
    for (let before = 0; before < reached.size; ) {
      before = reached.size;
      for (const { from, to } of transitions) if (reached.has(from)) reached.add(to);
    }
    return reached;
  }
});
