import { expect, test } from 'vitest';
import { rotationEvent } from '../../src/core/rotation/events.ts';
import { startedAt } from '../../src/core/rotation/rotation.ts';
import { parseWorkMessage, printWorkMessage } from '../../src/core/rotation/work-message.ts';
import { parseTraceContext } from '../../src/core/trace-context.ts';
import { AFTER, rotationWith, waiting } from './support/rotations.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const TRACE = { traceparent: TRACEPARENT, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' };
const MESSAGE = {
  kind: 'rotation',
  rotationId: '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40',
  attempt: 0,
} as const;

test('a trace context is read as W3C writes it, with or without its state', () => {
  expect(parseTraceContext(TRACE.traceparent, TRACE.tracestate)).toEqual(TRACE);
  expect(parseTraceContext(TRACEPARENT)).toEqual({ traceparent: TRACEPARENT });
});

test.each([
  ['nothing', undefined],
  ['a number', 7],
  ['an empty text', ''],
  ['another version', TRACEPARENT.replace('00-', '01-')],
  ['more than that version has', `${TRACEPARENT}-00`],
  ['capital letters', TRACEPARENT.toUpperCase()],
  ['a trace of zeros', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['a span of zeros', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
  ['a line end', `${TRACEPARENT}\n`],
])('%s is no trace context', (_, traceparent) => {
  expect(parseTraceContext(traceparent, TRACE.tracestate)).toBeUndefined();
});

test.each([
  ['too long', 'x'.repeat(513)],
  ['of two lines', 'a=b\nc=d'],
  ['none', 5],
  ['empty', ''],
])('a state that is %s is left out, and the rest stays', (_, tracestate) => {
  expect(parseTraceContext(TRACEPARENT, tracestate)).toEqual({ traceparent: TRACEPARENT });
});

test('a message brings the trace context that it was sent with', () => {
  const sent = JSON.parse(printWorkMessage({ ...MESSAGE, trace: TRACE }));

  expect(sent).toMatchObject(TRACE);
  expect(parseWorkMessage(sent)).toEqual({ ...MESSAGE, trace: TRACE });
});

test.each([
  { traceparent: 'nonsense' },
  { traceparent: 5, tracestate: {} },
  { tracestate: 'a=b' },
  { more: 1 },
])('a message with %j is read without a trace', (more) => {
  expect(parseWorkMessage({ ...JSON.parse(printWorkMessage(MESSAGE)), ...more })).toEqual(MESSAGE);
});

test('an event tells the trace of its rotation, and only where there is one', () => {
  const rotation = waiting({ state: 'regenerated', after: AFTER });

  expect(rotationEvent({ ...rotation, trace: TRACE })).toEqual({ ...rotationEvent(rotation), trace: TRACE });
  expect(rotationEvent(rotation)).not.toHaveProperty('trace');
});

test('when a rotation started is in its id', () => {
  expect(startedAt(rotationWith({ rotationId: '01a2138c-2881-7403-ac1f-38b7f65c1457' }))).toBe(
    0x01a2138c2881,
  );
  expect(startedAt(rotationWith({ rotationId: '01a2138c-2881-4403-ac1f-38b7f65c1457' }))).toBeUndefined();
});
