import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type CloudEvent, HTTP } from 'cloudevents';

/* node events.ts <file of events>: reads them as a subscriber does, one by one and as a batch, strictly. */

const [file = ''] = process.argv.slice(2);
const sent = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>[];
const read = (type: string, body: unknown) =>
  HTTP.toEvent({ headers: { 'content-type': `application/${type}+json` }, body: JSON.stringify(body) });

const batch = read('cloudevents-batch', sent) as CloudEvent[];
equal(batch.length, sent.length);
for (const [index, original] of sent.entries()) {
  const one = read('cloudevents', original) as CloudEvent<Record<string, unknown>>;
  for (const event of [one, batch[index]]) {
    if (event === undefined) throw new Error('One event of the batch for each that was sent.');
    ok(event.validate());
    const { time, ...others } = JSON.parse(event.toString());
    const { time: sentTime, ...sentOthers } = original;
    deepEqual(others, sentOthers);
    equal(Date.parse(time), Date.parse(String(sentTime)));
  }
}
process.stdout.write(JSON.stringify({ events: sent.length }));
