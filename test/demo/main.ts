import { print, printTable } from '../bench/figures.ts';
import { runDemo } from './demo.ts';

const ROTATIONS = 6;
const REQUESTS_PER_SECOND = 50;
const KEY_ACCEPTANCE_DELAY_MS = 300;

print(
  `Two maps, each asking for ${REQUESTS_PER_SECOND} tiles a second while the keys of its account are regenerated ${ROTATIONS} times.
Azure Maps takes ${KEY_ACCEPTANCE_DELAY_MS} ms to accept a new key, and refuses an old one at once. Half a minute…
`,
);
const { ours, naive } = await runDemo({
  rotations: ROTATIONS,
  requestsPerSecond: REQUESTS_PER_SECOND,
  keyAcceptanceDelayMs: KEY_ACCEPTANCE_DELAY_MS,
});
printTable(
  ['rotated by', 'requests', 'refused', 'longest outage, ms'],
  [
    ['maps-key-rotation', ours],
    ['"regenerate the key in use, then send an event"', naive],
  ].map(([name, figures]) => {
    const { requests, refused, longestOutage } = figures as typeof ours;
    return [String(name), String(requests), String(refused), longestOutage.toFixed(0)];
  }),
);
if (ours.refused > 0) process.exitCode = 1;
